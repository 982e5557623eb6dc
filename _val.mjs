import {enumerate} from './bench/mutants/enumerate.js'; import {transformSync} from 'esbuild';
const {mutants,sources}=enumerate(process.cwd()); let bad=0;
for(const m of mutants){const t=sources.get(m.file).getFullText(); try{transformSync(t.slice(0,m.start)+m.text+t.slice(m.end),{loader:'ts',format:'cjs',logLevel:'silent'});}catch(e){bad++; if(bad<30)console.log(m.name,'|',m.text);}}
console.log(bad, mutants.length);
