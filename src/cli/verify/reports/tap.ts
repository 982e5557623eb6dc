/** The Test Anything Protocol, version 14 (testanything.org), for harnesses that read it. */
import { caseToJson } from '../../../check/verify.js';
import { isFailure, type Report, titleOf } from '../report.js';

/** A description may not start a directive or hold line ends. */
const described = (text: string) => text.replace(/\s+/g, ' ').replace(/[\\#]/g, '\\$&');

export function tapReport(write: (text: string) => void): Report {
  let number = 0;
  let strict = false;
  return {
    begin: (head) => {
      strict = head.strict;
      write(`TAP version 14\n1..${head.total}\n`);
    },
    add: (result) => {
      number++;
      const bad = isFailure(result, strict);
      const skipped = !bad && result.verdict === 'inconclusive' ? ' # TODO inconclusive' : '';
      write(`${bad || skipped ? 'not ok' : 'ok'} ${number} - ${described(titleOf(result))}${skipped}\n`);
      if (result.verdict === 'agree') return;
      const { file, line, formula, verdict, claims, diagnostics } = caseToJson(result);
      // JSON is YAML as well, a line for each field.
      const fields = Object.entries({ file, line, formula, verdict, claims, diagnostics });
      write(`  ---\n${fields.map(([key, v]) => `  ${key}: ${JSON.stringify(v)}\n`).join('')}  ...\n`);
    },
    end: ({ stopped }) => {
      if (stopped) write(`Bail out! ${stopped}\n`);
    },
  };
}
