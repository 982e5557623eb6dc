/**
 * One contender in a process of its own: a line of JSON in, `{ setting, text, wrt }`, and a line out: how long it took
 * and its answers in the common form, or why there are none.
 */
import { createInterface } from 'node:readline';

const contender = await import(`./contenders/${process.argv[2]}.js`);

// Whatever a library prints is no answer.
console.log = console.warn = console.info = console.error;

function answer({ setting, text, wrt, names }) {
  contender.declare?.(names);
  const derive = contender.settings[setting];
  let texts;
  const before = performance.now();
  try {
    texts = derive(text, wrt);
  } catch (error) {
    return { refused: String(error?.message ?? error).slice(0, 200) };
  }
  const milliseconds = performance.now() - before;
  const printed = texts.map((t) => t?.latex ?? String(t));
  try {
    return { milliseconds, printed, expressions: texts.map((t) => contender.read(t)) };
  } catch (error) {
    return { milliseconds, printed, refused: String(error?.message ?? error).slice(0, 200) };
  }
}

process.stdout.write(
  `${JSON.stringify({ notation: contender.notation, settings: Object.keys(contender.settings) })}\n`,
);
for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
