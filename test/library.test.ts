/** The derivative family as functions of the library. */
import { emit, hessian, hessianDiagonal, hvp, jacobian, jvp, vjp } from '../src/index.js';

const at = { x: [1, 2], y: 3 };

test('products with the Jacobian', () => {
  const tangent = jvp('x^2*y', at, { x: [1, 0], y: 1 });
  expect(tangent).toMatchObject({
    value: [3, 12],
    jvp: [7, 4],
    check: { verdict: 'agree' },
    diagnostics: [],
  });
  const { vjp: cotangent, check } = vjp('x^2*y', at, [1, 10], { wrt: ['x'], mode: 'forward' });
  expect([cotangent, check?.verdict]).toEqual([{ x: [6, 120] }, 'agree']);
});

test('products with the Hessian, of a weighed output too', () => {
  expect(hvp('sum(x^2*y)', at, { x: [1, 0] })).toMatchObject({
    hvp: { x: [6, 0], y: 2 },
    check: { verdict: 'agree' },
  });
  expect(hvp('x^2*y', at, { y: 1 }, { cotangent: [1, 10], wrt: ['x', 'y'] }).hvp).toEqual({
    x: [2, 40],
    y: 0,
  });
});

test('matrices by variable and by pairs of variables', () => {
  expect(jacobian('x^2*y', at, { mode: 'auto', check: false })).toEqual({
    value: [3, 12],
    jacobian: {
      x: [
        [6, 0],
        [0, 12],
      ],
      y: [1, 4],
    },
    check: undefined,
    diagnostics: [expect.objectContaining({ code: 'mode-chosen' })],
  });
  expect(hessian('sum(x^2*y)', at).hessian).toEqual({
    x: {
      x: [
        [6, 0],
        [0, 6],
      ],
      y: [2, 4],
    },
    y: { x: [2, 4], y: 0 },
  });
  expect(hessianDiagonal('sum(x^2*y)', at).diagonal).toEqual({ x: [6, 6], y: 0 });
  expect(hessian('let z = y^2; z*x[0]', at, { of: 'z' }).hessian.y?.y).toBe(2);
});

test('code of the members that are asked for', () => {
  const text = emit('dot(x, x)', 'js', ['hvp']);
  expect([...text.matchAll(/^export function (\w+)/gm)].map((m) => m[1])).toEqual(['hvp']);
});
