/** Elements of large tensors: derivatives that are no short matrix form are written out, and come to an end. */
import { grad } from '../../src/index.js';

const source = `let p = ([0.5] + x)[0]
let M = where((A < x), A, where(((s < s) and (s < s)), s, t))
let u = (sin(M')')
let w = ((u * cos(u))[1, 2] < s) ? sin(M) : M * A
concat(concat(zeros(1), [s, s, gamma(1.5 + sin(prod(sin((w + (any((x < x)) ? s : p))[:, :2]))))][1:]), x)`;

test('a component of a large expression refers to it, or is written out once', () => {
  const values = { s: 0.3, t: 0.4, x: [0.1, 0.2, 0.35], A: [[0.37, 0.2, 0.7], [0.1, 0.5, 0.9]] }; // biome-ignore format: a matrix
  const { gradient } = grad(source, values, { mode: 'reverse', check: false });
  const symbolic = grad(source, values, { mode: 'symbolic', check: false }).gradient;
  for (const [name, expected] of Object.entries(gradient)) {
    const own = [symbolic[name]].flat(3) as number[];
    const right = [expected].flat(3) as number[];
    for (const [i, g] of right.entries()) expect(own[i]).toBeCloseTo(g, 12);
  }
});
