/** Annotations of GitHub Actions: workflow commands that show an error at its line of a pull request. */
import { complaints, positionAt, type Report, titleOf } from '../report.js';

const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

export function githubReport(write: (text: string) => void): Report {
  return {
    begin: () => undefined,
    add: (result) => {
      if (result.verdict === 'agree') return;
      const { case: c } = result;
      for (const d of complaints(result)) {
        const place = d.span && !c.quoted ? positionAt(result, d.span.start) : undefined;
        const fields = [
          `file=${property(c.file)}`,
          `line=${place?.line ?? c.line}`,
          ...(place ? [`col=${place.column}`] : []),
          `title=${property(`adc: ${titleOf(result)}: ${result.verdict}`)}`,
        ];
        write(`::${d.severity === 'error' ? 'error' : 'warning'} ${fields.join(',')}::${data(d.message)}\n`);
      }
    },
    end: () => undefined,
  };
}
