/** Starts the command line. */
import { loadBundle } from './load.js';

const { exports, writeCache } = loadBundle();

exports.main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
  if (process.env.ADC_WRITE_CODE_CACHE === '1') writeCache();
});
