import ts from 'typescript'; import {transformSync} from 'esbuild';
import {readdirSync, readFileSync} from 'node:fs';
import {Modules} from './bench/mutants/modules.js'; import {casesIn, runWith} from './bench/mutants/suites.js';
const codes=new Map();
for (const dir of ['src','grammar']) for (const e of readdirSync(dir,{recursive:true})) if (e.endsWith('.ts')) codes.set(`${dir}/${e}`, transformSync(readFileSync(`${dir}/${e}`,'utf8'),{loader:'ts',format:'cjs',target:'node20'}).code);
const m=new Modules(codes,new Map([['chevrotain', await import('chevrotain')]]));
const load=m.instance();
const cases=casesIn('.',load); const pat=new RegExp(process.argv[2]??'.');
const v={}; const t=performance.now();
for (const c of cases){ if(!pat.test(c.file+' '+c.text)) continue; const t1=performance.now(); let r; try{ r=runWith(load,c);} catch(e){ console.log('CRASH',c.text.slice(0,90),e.message.slice(0,200)); continue;} v[r.verdict]=(v[r.verdict]??0)+1; const dt=performance.now()-t1; if (r.verdict!=='agree'||dt>200) console.log(r.verdict,Math.round(dt),c.text.slice(0,90).replace(/\n/g,' '),r.diagnostics.map(d=>d.message).slice(0,2));}
console.log(v, performance.now()-t);
