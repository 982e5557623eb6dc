/** Formulas whose derivative has no one obvious form: only the numbers and shapes are checked, for every variable. */
import type { Tensor } from '../../src/core/tensor.js';
import { differences, evaluate, gradients, randomValues, type Shapes } from './harness.js';

const cases: readonly [string, Shapes][] = [
  ["trace(A@X'@B@X@C)", { A: ['k', 'n'], X: ['m', 'n'], B: ['m', 'm'], C: ['n', 'k'] }],
  ["sum((softmax(Q@K'/2)@V)^2)", { Q: ['m', 'k'], K: ['n', 'k'], V: ['n', 'h'] }],
  ["dot(softmax(q@K'),v)", { q: ['k'], K: ['m', 'k'], v: ['m'] }],
  ['let a=A@A; let b=a@a; let c=b@b; sum(c)', { A: ['n', 'n'] }],
  ['let h=tanh(W@x+b); let i=tanh(W@h+b); sum(tanh(W@i+b))', { W: ['n', 'n'], x: ['n'], b: ['n'] }],
  ['let a=softmax(x*x); let b=softmax(a*x); b[0]', { x: ['n'] }],
  ['sum(((A-mean(A,axis=0))/std(A,axis=0))*B)', { A: ['m', 'n'], B: ['m', 'n'] }],
  ['sum(exp(-(reshape(x,[length(x),1])-y)^2))', { x: ['m'], y: ['n'] }],
  ['-sum(Y*log_softmax(X@W))/N', { X: ['m', 'n'], W: ['n', 'k'], Y: ['m', 'k'], N: [] }],
  ['let p=sigmoid(X@w); -mean(y*log(p)+(3-y)*log(1-p))', { X: ['m', 'n'], w: ['n'], y: ['m'] }],
  ['sum(100*(x[1:]-x[:-1]^2)^2+(1-x[:-1])^2)', { x: ['n'] }],
  ['sum(x^p)^(1/p)', { x: ['n'], p: [] }],
  ['sum(cross(x,y)*z)', { x: [3], y: [3], z: [3] }],
  ['sum(roll(x,1)*x)', { x: ['n'] }],
  ['sum(kron(A,B))', { A: [2, 2], B: [2, 2] }],
  ['sum(stack(x,y)@A)', { x: ['n'], y: ['n'], A: ['n', 'k'] }],
  ['sum(prod(A,axis=1))', { A: [2, 3] }],
  ['sum(A[:,1:]^2) + A[0,0]*A[1,2]', { A: [2, 3] }],
  ['sum(max(A,axis=1)*x)', { A: ['m', 'n'], x: ['m'] }],
  ['norm(x,1)+norm(x,inf)', { x: ['n'] }],
  ['let u = x^2; let v = sin(u); v*u + exp(v) + u^3*v', { x: [] }],
  ['(1-x)^2+100*(y-x^2)^2', { x: [], y: [] }],
  ['sum(where(v > w, v, diag(B) * w)^2)', { v: ['n'], w: ['n'], B: ['n', 'n'] }],
  ['sum((softmax(A))[1])', { A: ['m', 'n'] }],
  ['exp(-(x > 1 ? tanh(w[1]) : (x > 1 ? w[1] : x + x))^2)', { x: [], w: ['n'] }],
  ['min(x,y,z)*x', { x: [], y: [], z: [] }],
  ['asin(x/2)+acos(x/2)*y+atanh(x/2)+acosh(y+1)+asinh(y)', { x: [], y: [] }],
  ['log2(x)+log10(x)+log1p(x)+expm1(x)+exp2(x)+cbrt(x)+silu(x)+hypot(x,2)', { x: [] }],
];

test.each(cases)('%s', (formula, shapes) => {
  const found = gradients(formula, shapes);
  expect(typeof found).toBe('object');
  for (const [name, text] of Object.entries(found)) {
    for (const seed of [1, 2]) {
      const values = randomValues(shapes, seed);
      const numbers = evaluate(text, shapes, values);
      expect(numbers.shape).toEqual((values[name] as Tensor).shape);
      for (const [i, d] of differences(formula, shapes, values, name).entries()) {
        expect(Math.abs((numbers.data[i] as number) - d)).toBeLessThan(1e-6 * (1 + Math.abs(d)));
      }
    }
  }
});
