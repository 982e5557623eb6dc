"""Writes the suites that mutants are run against, with claims by mpmath.

    python3 test/suites/make.py

Every case states its function a second time, here in Python; values are computed from it, and gradients of the sum of
the output by central differences in 500 digits. Gradients by convention (at kinks) are stated by hand.
"""
from pathlib import Path
from mpmath import mp, mpf

mp.dps = 500
HERE = Path(__file__).parent
STEP = mpf(10) ** -40


def deep(f, *xs):
    """f applied to the leaves of nested lists of one form."""
    if isinstance(xs[0], list):
        return [deep(f, *parts) for parts in zip(*xs)]
    return f(*xs)


def leaves(x):
    return [v for part in x for v in leaves(part)] if isinstance(x, list) else [x]


def total(x):
    return mp.fsum(leaves(x))


def moved(x, index, t):
    if not index:
        return x + t
    return [moved(v, index[1:], t) if i == index[0] else v for i, v in enumerate(x)]


def places(x, at=()):
    return [p for i, v in enumerate(x) for p in places(v, (*at, i))] if isinstance(x, list) else [at]


def at(x, index):
    return at(x[index[0]], index[1:]) if index else x


def slope(f, values, name, index):
    size = abs(at(values[name], index)) or mpf(1)

    def d(h):
        up, down = ({**values, name: moved(values[name], index, s)} for s in (h, -h))
        return (total(f(*up.values())) - total(f(*down.values()))) / (2 * h)
    h = STEP * size
    return (4 * d(h / 2) - d(h)) / 3


def filled(x, gradient, place=()):
    return [filled(v, gradient, (*place, i)) for i, v in enumerate(x)] if isinstance(x, list) else gradient[place]


def number(v):
    if abs(v) < mpf(10) ** -310:
        return '0'
    if v == int(v) and abs(v) < 10**15:
        return str(int(v))
    return mp.nstr(v, 17)


def text(x):
    return '[' + ','.join(text(v) for v in x) + ']' if isinstance(x, list) else number(mpf(x)) if not isinstance(x, (int, float)) else repr(x)


class Suite:
    def __init__(self, file, about):
        self.file = file
        self.lines = [f'# {line}' for line in about]
        self.lines.append('# Written by make.py.')

    def heading(self, words):
        self.lines += ['', f'# {words}']

    def case(self, name, formula, f, grads=None, wrt=None, **values):
        """One case; `grads` holds gradients by convention, `wrt` the variables that are differentiated."""
        exact = {k: deep(mpf, v) for k, v in values.items()}
        claims = [f'value = {text(f(*exact.values()))}']
        for k in wrt or values:
            own = grads[k] if grads and k in grads else filled(
                exact[k], {p: slope(f, exact, k, p) for p in places(exact[k])})
            claims.append(f'grad {k} = {text(own)}')
        where = ', '.join(f'{k} = {text(v)}' for k, v in values.items())
        self.lines += [f'{name}: {formula}', f'    where {where}', f'    expect {", ".join(claims)}']

    def free(self, name, formula, where='', expect=''):
        """A case at random points, or with claims that are formulas."""
        tail = (f' where {where}' if where else '') + (f' expect {expect}' if expect else '')
        self.lines.append(f'{name}: {formula}{tail}')

    def write(self):
        (HERE / self.file).write_text('\n'.join(self.lines) + '\n')


# Small linear algebra over lists.
def mv(A, x):
    return [mp.fsum(a * v for a, v in zip(row, x)) for row in A]


def T(A):
    return [list(column) for column in zip(*A)]


def mm(A, B):
    return [[mp.fsum(a * b for a, b in zip(row, column)) for column in T(B)] for row in A]


def dot(x, y):
    return mp.fsum(a * b for a, b in zip(x, y))


def prod(x):
    result = mpf(1)
    for v in x:
        result *= v
    return result


def mean(x):
    return mp.fsum(x) / len(x)


def variance(x):
    m = mean(x)
    return mean([(v - m) ** 2 for v in x])


def norm(x):
    return mp.sqrt(mp.fsum(v * v for v in x))


def lse(x):
    top = max(x)
    return top + mp.log(mp.fsum(mp.exp(v - top) for v in x))


def softmax(x):
    return [mp.exp(v - lse(x)) for v in x]


def cumsum(x):
    return [mp.fsum(x[: i + 1]) for i in range(len(x))]


def cumprod(x):
    return [prod(x[: i + 1]) for i in range(len(x))]


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def weigh(w, x):
    return mp.fsum(a * b for a, b in zip(leaves(w), leaves(x)))


# Points that are not special.
X3 = [0.7, -1.3, 0.45]
Y3 = [1.1, 0.35, -0.8]
X4 = [0.6, -1.2, 0.35, 1.7]
P3 = [0.7, 1.3, 0.45]
A23 = [[0.9, -0.4, 1.3], [0.25, 1.6, -0.7]]
B32 = [[1.2, -0.3], [0.55, 0.8], [-1.1, 0.65]]
A33 = [[0.9, -0.4, 1.3], [0.25, 1.6, -0.7], [-1.15, 0.5, 0.35]]
B33 = [[0.3, 1.4, -0.6], [1.05, -0.85, 0.2], [0.75, 0.1, -1.25]]
LONG = [round(0.37 + 0.61 * ((7 * i) % 11) / 11 - 0.25 * (i % 3), 4) for i in range(11)]
LONG2 = [round(-0.4 + 0.83 * ((5 * i) % 11) / 11 + 0.2 * (i % 2), 4) for i in range(11)]
WIDE = [[round(0.2 + 0.31 * ((3 * i + 5 * j) % 13) / 7 - 0.4 * ((i + j) % 2), 4) for j in range(9)] for i in range(12)]
TALL = [[round(-0.3 + 0.47 * ((4 * i + 7 * j) % 11) / 5 + 0.0137 * i + 0.0071 * j, 4) for j in range(12)] for i in range(9)]


def primitives():
    s = Suite('primitives.suite', ['Every elementary function and reduction: value and derivative at points that are not special,',
                                   'conventions at kinks, arguments far out.'])
    s.heading('Functions of one number.')
    one = {
        'abs': (abs, -0.7), 'exp': (mp.exp, 0.7), 'exp2': (lambda x: mpf(2) ** x, 0.7), 'expm1': (mp.expm1, 0.7),
        'log': (mp.log, 0.7), 'log2': (lambda x: mp.log(x, 2), 0.7), 'log10': (mp.log10, 0.7),
        'log1p': (lambda x: mp.log(1 + x), 0.7), 'sqrt': (mp.sqrt, 0.7), 'cbrt': (lambda x: mp.sign(x) * mp.root(abs(x), 3), -0.7),
        'sin': (mp.sin, 0.7), 'cos': (mp.cos, 0.7), 'tan': (mp.tan, 0.7), 'asin': (mp.asin, 0.7), 'acos': (mp.acos, 0.7),
        'atan': (mp.atan, 0.7), 'sinh': (mp.sinh, 0.7), 'cosh': (mp.cosh, 0.7), 'tanh': (mp.tanh, 0.7), 'asinh': (mp.asinh, 0.7),
        'acosh': (mp.acosh, 1.7), 'atanh': (mp.atanh, 0.7), 'sigmoid': (sigmoid, 0.7), 'softplus': (lambda x: mp.log(1 + mp.exp(x)), 0.7),
        'silu': (lambda x: x * sigmoid(x), 0.7), 'relu': (lambda x: max(x, mpf(0)), 0.7),
    }
    for name, (f, x) in one.items():
        s.case(name, f'{name}(x)', f, x=x)
    for name, (f, x) in one.items():
        other = round(x * 1.37 + 0.11, 4) if name not in ('asin', 'acos', 'atanh') else -0.35
        s.case(f'{name}-in-a-formula', f'1.3*{name}(x*y) - {name}(y)', lambda x, y, f=f: mpf(1.3) * f(x * y) - f(y), x=x, y=other if x > 0 else abs(other))
    s.heading('Steps: the derivative is zero.')
    for name, f, x, v in [('sign', 'sign', -0.7, -1), ('floor', 'floor', -0.7, -1), ('ceil', 'ceil', -0.7, 0), ('round', 'round', 1.7, 2)]:
        s.case(f'{name}-alone', f'{f}(x) + 3x', lambda x, v=v: v + 3 * x, x=x)
        s.case(f'{name}-times', f'{f}(x) * x^2 + {f}(2.9)', lambda x, v=v, k={'sign': 1, 'floor': 2, 'ceil': 3, 'round': 3}[name]: v * x**2 + k, x=x)
    s.case('round-half', 'round(x)*x + round(2.5) + round(3.5) + round(-2.3)', lambda x: x + 2 + 4 - 2, x=0.9)
    s.heading('Functions of two and three numbers.')
    s.case('arithmetic', 'a+b-a*b/(b-3) - -a', lambda a, b: a + b - a * b / (b - 3) + a, a=0.7, b=1.9)
    s.case('subtract', 'a - b*b', lambda a, b: a - b * b, a=0.7, b=1.9)
    s.case('divide', 'a/b', lambda a, b: a / b, a=0.7, b=1.9)
    s.case('divide-by-sum', '(a-b)/(a+b*b)', lambda a, b: (a - b) / (a + b * b), a=0.7, b=1.9)
    s.case('remainder', 'a % b', lambda a, b: a - b * mp.floor(a / b), a=7.3, b=2.1)
    s.case('remainder-negative', '(a % b)*a + a % -b', lambda a, b: (a - b * mp.floor(a / b)) * a + a + b * mp.floor(a / -b), a=-7.3, b=2.1)
    s.case('power', 'x^p', lambda x, p: x**p, x=1.7, p=0.6)
    s.case('power-negative', 'x^-p * p', lambda x, p: x**-p * p, x=0.3, p=1.4)
    for n in (-3, -2, -1, 0, 1, 2, 3, 4, 5):
        s.case(f'power-of-{n}'.replace('--', '-minus-'), f'2x^{n} + x', lambda x, n=n: 2 * x**n + x, x=-1.7)
    s.case('power-half', 'x^0.5 + x^-0.5 + x^1.5', lambda x: mp.sqrt(x) + 1 / mp.sqrt(x) + x * mp.sqrt(x), x=1.7)
    s.case('power-exponent-zero', 'x^p + x', lambda x, p: x**p + x, grads={'x': mpf(1)}, x=1.7, p=0.0)
    s.case('power-base-zero', 'x^p + x', lambda x, p: x**p + x, grads={'x': mpf(1), 'p': mpf(0)}, x=0.0, p=2.5)
    s.case('power-base-negative', 'x^3 * 2', lambda x: 2 * x**3, x=-0.9)
    s.case('angle', 'atan2(y, x)', lambda y, x: mp.atan2(y, x), y=0.8, x=-1.3)
    s.case('angle-products', 'atan2(x*y, 2-y)*x', lambda y, x: mp.atan2(x * y, 2 - y) * x, y=0.8, x=1.3)
    s.case('hypotenuse', 'hypot(a, b)', lambda a, b: mp.hypot(a, b), a=0.8, b=-1.3)
    s.case('hypotenuse-products', 'hypot(a*b, b-3)/a', lambda a, b: mp.hypot(a * b, b - 3) / a, a=0.8, b=-1.3)
    s.case('greater', 'max(a*b, b) + 2max(b, a)', lambda a, b: max(a * b, b) + 2 * max(b, a), a=0.8, b=-1.3)
    s.case('lesser', 'min(a*b, b) + 2min(b, a)', lambda a, b: min(a * b, b) + 2 * min(b, a), a=0.8, b=-1.3)
    s.case('clip-inside', 'clip(x, a, b)*x', lambda x, a, b: min(max(x, a), b) * x, x=0.3, a=-1.1, b=0.9)
    s.case('clip-below', 'clip(x, a, b)*x', lambda x, a, b: min(max(x, a), b) * x, x=-1.3, a=-1.1, b=0.9)
    s.case('clip-above', 'clip(x, a, b)*x', lambda x, a, b: min(max(x, a), b) * x, x=1.3, a=-1.1, b=0.9)
    s.heading('Comparisons and conditions, on both sides and at the border.')
    for name, op, f in [('lt', '<', lambda a, b: a < b), ('le', '<=', lambda a, b: a <= b), ('gt', '>', lambda a, b: a > b),
                        ('ge', '>=', lambda a, b: a >= b), ('eq', '==', lambda a, b: a == b), ('ne', '!=', lambda a, b: a != b)]:
        s.case(name, f'sum(where(x {op} d, 3x, x^2))', lambda x, d, f=f: mp.fsum(3 * v if f(v, u) else v * v for v, u in zip(x, d)),
               grads={'x': [3 if f(v, u) else 2 * mpf(v) for v, u in zip([1.1, 2.5, 0.7], [1.1, 1.4, 0.9])]}, wrt=['x'], x=[1.1, 2.5, 0.7], d=[1.1, 1.4, 0.9])
        s.case(f'{name}-apart', f'sum(where(x {op} d, 3x, x^2))', lambda x, d, f=f: mp.fsum(3 * v if f(v, u) else v * v for v, u in zip(x, d)), wrt=['x'], x=[1.1, 2.5, 0.7], d=[1.4, 1.1, 0.9])
    s.case('conditions', 'sum(where(x > 0 and y > 0, x*y, where(x > 0 or not (y < 1), x+2y, x/(y-3))))',
           lambda x, y: mp.fsum(
               a * b if a > 0 and b > 0 else a + 2 * b if a > 0 or not b < 1 else a / (b - 3) for a, b in zip(x, y)),
           x=[1.1, 0.6, -0.7, -1.4], y=[0.8, -0.9, 1.3, 0.4])
    s.case('chain-of-comparisons', 'sum(where(0 < x < 1, x^3, -x))', lambda x: mp.fsum(v**3 if 0 < v < 1 else -v for v in x), x=[0.4, 1.3, -0.6])
    s.case('counted', 'count(x > 0.5)*y + where(any(x > 2), 1, y) + where(all(x > -2), y^2, 0)',
           lambda x, y: 2 * y + y + y * y, wrt=['y'], x=[0.4, 1.3, 0.6], y=0.7)
    s.case('any-and-all', 'where(any(x > 1), y, y^2) + where(all(x > 0.5), y^3, 2y)', lambda x, y: y + 2 * y, wrt=['y'], x=[0.4, 1.3, 0.6], y=0.7)
    s.heading('Conventions at kinks.')
    zero = mpf(0)
    for name, formula, f, at, grads in [
        ('abs', 'abs(x) + 2x', lambda x: 2 * x, dict(x=0.0), {'x': mpf(2)}),
        ('relu', 'relu(x) + 2x', lambda x: 2 * x, dict(x=0.0), {'x': mpf(2)}),
        ('sign', 'sign(x) + 2x', lambda x: 2 * x, dict(x=0.0), {'x': mpf(2)}),
        ('floor', 'floor(x) + 2x', lambda x: 3 * x, dict(x=2.0), {'x': mpf(2)}),
        ('ceil', 'ceil(x) + 2x', lambda x: 3 * x, dict(x=2.0), {'x': mpf(2)}),
        ('round', 'round(x) + 2x', lambda x: mpf(2) + 2 * x, dict(x=2.5), {'x': mpf(2)}),
        ('max', 'max(a, b) + 2a', lambda a, b: 3 * a, dict(a=1.5, b=1.5), {'a': mpf(2.5), 'b': mpf(0.5)}),
        ('min', 'min(a, b) + 2a', lambda a, b: 3 * a, dict(a=1.5, b=1.5), {'a': mpf(2.5), 'b': mpf(0.5)}),
        ('clip-low', 'clip(x, a, b) + 2x', lambda x, a, b: 3 * x, dict(x=-1.0, a=-1.0, b=2.0), {'x': mpf(2), 'a': zero, 'b': zero}),
        ('clip-high', 'clip(x, a, b) + 2x', lambda x, a, b: 3 * x, dict(x=2.0, a=-1.0, b=2.0), {'x': mpf(2), 'a': zero, 'b': zero}),
        ('hypot', 'hypot(a, b) + 2a', lambda a, b: 2 * a, dict(a=0.0, b=0.0), {'a': mpf(2), 'b': zero}),
        ('norm', 'norm(x) + 2x[0]', lambda x: 2 * x[0], dict(x=[0.0, 0.0]), {'x': [mpf(2), zero]}),
        ('max-of', 'max(x) + x[0]', lambda x: x[0] + x[1], dict(x=[0.5, 2.5, 2.5]), {'x': [mpf(1), mpf(0.5), mpf(0.5)]}),
        ('min-of', 'min(x) + x[0]', lambda x: x[0] + x[1], dict(x=[2.5, 0.5, 0.5]), {'x': [mpf(1), mpf(0.5), mpf(0.5)]}),
    ]:
        s.case(f'kink-{name}', formula, f, grads=grads, **at)
    s.heading('Far out and near zero: forms that neither overflow nor lose everything.')
    s.case('softplus-far-below', 'softplus(x)', lambda x: mp.log(1 + mp.exp(x)), x=-80.0)
    s.case('softplus-far-above', 'softplus(x)', lambda x: mp.log(1 + mp.exp(x)), x=800.0)
    s.case('softplus-below', 'softplus(x)', lambda x: mp.log(1 + mp.exp(x)), x=-1.3)
    s.case('sigmoid-far-below', '1e30*sigmoid(x)', lambda x: mpf(1e30) * sigmoid(x), x=-70.0)
    s.case('sigmoid-below', 'sigmoid(x)', sigmoid, x=-1.3)
    s.case('expm1-small', 'expm1(x)/x', lambda x: mp.expm1(x) / x, x=1e-3)
    s.case('log1p-small', 'log1p(x)/x', lambda x: mp.log(1 + x) / x, x=1e-3)
    s.case('tanh-far-out', '1e15*tanh(x)', lambda x: mpf(1e15) * mp.tanh(x), x=18.0)
    s.case('norm-huge', 'norm(x)', norm, x=[3e180, -4e180, 1e179])
    s.case('norm-tiny', 'norm(x)', norm, x=[3e-180, -4e-180, 1e-181])
    s.case('norm-huge-rows', 'sum(norm(A, axis=1))', lambda A: mp.fsum(norm(r) for r in A), A=[[3e180, -4e180, 1e179], [0.3, 0.4, 1.2]])
    s.case('norm-huge-columns', 'sum(norm(A, axis=0))', lambda A: mp.fsum(norm(r) for r in T(A)), A=[[3e180, -4e-180, 1.5], [1e180, 0.4e-180, 1.2]])
    s.case('norm-huge-long', 'norm(1e170*x)/1e170', lambda x: norm(x), x=LONG)
    s.case('norm-huge-matrix', 'norm(1e170*A)/1e170', lambda A: norm(leaves(A)), A=A23)
    s.case('logsumexp-far', 'logsumexp(x)', lse, x=[1000.0, 1001.5, 999.25])
    s.case('softmax-far', 'dot([1,-2,3], softmax(x))', lambda x: weigh([1, -2, 3], softmax(x)), x=[1000.0, 1001.5, 999.25])
    s.case('hypotenuse-far', 'hypot(a, b)', lambda a, b: mp.hypot(a, b), a=3e200, b=4e200)
    s.heading('Reductions, over everything.')
    for name, f in [('sum', mp.fsum), ('prod', prod), ('max', max), ('min', min), ('norm', norm), ('logsumexp', lse), ('mean', mean),
                    ('variance', variance), ('std', lambda x: mp.sqrt(variance(x)))]:
        s.case(f'{name}-of-three', f'{name}(x)', f, x=X3)
        s.case(f'{name}-of-products', f'{name}(x*y)^2', lambda x, y, f=f: f([a * b for a, b in zip(x, y)]) ** 2, x=LONG, y=LONG2)
        s.case(f'{name}-of-matrix', f'2{name}(sin(A))', lambda A, f=f: 2 * f([mp.sin(v) for v in leaves(A)]), A=A23)
    s.case('prod-with-zero', 'prod(x)', prod, x=[2.0, 0.0, 3.0, 0.5])
    s.case('prod-with-zeros', 'prod(x) + x[0]', lambda x: prod(x) + x[0], x=[2.0, 0.0, 3.0, 0.0])
    s.write()



def structures():
    s = Suite('structures.suite', ['Tensors: every operation that moves, adds up or chooses elements, short (loops are written out) and long (loops are',
                                   'counted), with adjoints that differ from element to element.'])
    s.heading('Products.')
    s.case('dot', 'dot(x, sin(y))', lambda x, y: dot(x, [mp.sin(v) for v in y]), x=X3, y=Y3)
    s.case('dot-long', 'dot(x, sin(y))*2', lambda x, y: 2 * dot(x, [mp.sin(v) for v in y]), x=LONG, y=LONG2)
    s.case('matrix-vector', 'sum(sin(A@x))', lambda A, x: total(deep(mp.sin, mv(A, x))), A=A23, x=X3)
    s.case('vector-matrix', 'sum(sin(x@A))', lambda A, x: total(deep(mp.sin, mv(T(A), x))), A=B32, x=X3)
    s.case('matrix-matrix', 'sum(sin(A@B))', lambda A, B: total(deep(mp.sin, mm(A, B))), A=A23, B=B32)
    s.case('matrix-vector-long', 'sum(cos(W@x))', lambda W, x: total(deep(mp.cos, mv(W, x))), W=WIDE, x=LONG[:9])
    s.case('vector-matrix-long', 'sum(cos(x@W))', lambda W, x: total(deep(mp.cos, mv(T(W), x))), W=TALL, x=LONG[:9])
    s.case('matrix-matrix-long', 'sum(cos(W@V/3))', lambda W, V: total(deep(lambda v: mp.cos(v / 3), mm(W, V))), W=WIDE[:6], V=TALL)
    s.case('transposed-product', "sum(sin(A'@B'))", lambda A, B: total(deep(mp.sin, mm(T(A), T(B)))), A=A23, B=B32)
    s.case('quadratic-form', "x'@A@x", lambda A, x: dot(x, mv(A, x)), A=A33, x=X3)
    s.case('bilinear-form', "x'@A@y", lambda A, x, y: dot(x, mv(A, y)), A=A23, x=X3[:2], y=Y3)
    s.case('square-of-matrix', 'sum(sin(A@A))', lambda A: total(deep(mp.sin, mm(A, A))), A=A33)
    s.case('gram', "sum(sin(A'@A))", lambda A: total(deep(mp.sin, mm(T(A), A))), A=A23)
    s.case('trace-of-product', 'trace(A@B)^2', lambda A, B: sum(mm(A, B)[i][i] for i in range(3)) ** 2, A=A33, B=B33)
    s.case('outer', 'sum(sin(outer(x, y)))', lambda x, y: total([[mp.sin(a * b) for b in y] for a in x]), x=X3, y=X4)
    s.case('outer-long', 'sum(sin(outer(x, y)))', lambda x, y: total([[mp.sin(a * b) for b in y] for a in x]), x=LONG, y=X4)
    s.case('chain-of-products', 'sum(sin(A@B@A@x))', lambda A, B, x: total(deep(mp.sin, mv(A, mv(B, mv(A, x))))), A=A23, B=B32, x=X3)
    s.case('product-of-one', 'sum(sin(A@x))', lambda A, x: total(deep(mp.sin, mv(A, x))), A=[[0.7], [-1.2], [0.4]], x=[0.9])
    s.case('column-times-row', 'sum(sin(a@b))', lambda a, b: total(deep(mp.sin, mm(a, b))), a=[[0.7], [-1.2], [0.4]], b=[[0.9, 1.3]])
    s.case('kron', 'sum(sin(kron(A, B)))', lambda A, B: total(deep(mp.sin, [[a * b for a in ra for b in rb] for ra in A for rb in B])), A=A23, B=B32)
    s.case('cross', 'dot([1,-2,3], sin(cross(x, y)))', lambda x, y: weigh([1, -2, 3], deep(mp.sin, [
        x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]])), x=X3, y=Y3)
    s.heading('Rearrangement.')
    W23 = [[1, -2, 3], [0.5, 4, -1]]
    s.case('transpose', "sum([[1,0.5],[-2,4],[3,-1]]*sin(A'))", lambda A: weigh(T(W23), deep(mp.sin, T(A))), A=A23)
    s.case('transpose-cube', "sum(transpose(stack(A, 2A, A*A))[:, :, 1] * A')", lambda A: total(deep(lambda a: 2 * a * a, A)), A=A23)
    s.case('reshape', 'sum([1,-2,3,0.5,4,-1]*sin(reshape(A, 6)))', lambda A: weigh(W23, deep(mp.sin, A)), A=A23)
    s.case('reshape-back', 'sum([[1,-2,3],[0.5,4,-1]]*sin(reshape(x, 2, 3)))', lambda x: weigh(W23, deep(mp.sin, x)), x=[0.9, -0.4, 1.3, 0.25, 1.6, -0.7])
    s.case('reshape-to-column', 'sum(sin(reshape(x, 3, 1)@reshape(y, 1, 3)))', lambda x, y: total([[mp.sin(a * b) for b in y] for a in x]), x=X3, y=Y3)
    s.case('reshape-across', 'sum([[1,-2],[3,0.5],[4,-1]]*sin(reshape(A, 3, 2)))', lambda A: weigh(W23, deep(mp.sin, A)), A=A23)
    s.case('element', 'x[1]^3 * x[-1]', lambda x: x[1] ** 3 * x[3], x=X4)
    s.case('element-of-matrix', 'A[1, 2]^3 * A[0, -1] + A[-1, 0]', lambda A: A[1][2] ** 3 * A[0][2] + A[1][0], A=A23)
    s.case('row', 'dot(sin(A[1]), A[0])', lambda A: dot(deep(mp.sin, A[1]), A[0]), A=A23)
    s.case('column', 'dot(sin(A[:, 1]), A[:, 2])', lambda A: dot(deep(mp.sin, T(A)[1]), T(A)[2]), A=A23)
    s.case('slice', 'dot([1,-2,3], sin(x[1:4]))', lambda x: weigh([1, -2, 3], deep(mp.sin, x[1:4])), x=[0.6, -1.2, 0.35, 1.7, 0.9])
    s.case('slice-with-step', 'dot([1,-2,3], sin(x[::2]))', lambda x: weigh([1, -2, 3], deep(mp.sin, x[::2])), x=[0.6, -1.2, 0.35, 1.7, 0.9])
    s.case('slice-with-step-inside', 'dot([1,-2], sin(x[1:5:3])) + x[0]*x[4]', lambda x: weigh([1, -2], deep(mp.sin, [x[1], x[4]])) + x[0] * x[4], x=[0.6, -1.2, 0.35, 1.7, 0.9, -0.8])
    s.case('slice-backwards', 'dot([1,-2,3,0.5,4], sin(x[::-1]))', lambda x: weigh([1, -2, 3, 0.5, 4], deep(mp.sin, x[::-1])), x=[0.6, -1.2, 0.35, 1.7, 0.9])
    s.case('slice-backwards-with-step', 'dot([1,-2], sin(x[4:0:-3]))', lambda x: weigh([1, -2], deep(mp.sin, [x[4], x[1]])), x=[0.6, -1.2, 0.35, 1.7, 0.9])
    s.case('slices-overlap', 'sum(x[1:]*x[:-1]*x[0])', lambda x: total([a * b * x[0] for a, b in zip(x[1:], x[:-1])]), x=X4)
    s.case('slices-of-matrix', 'sum([[1,-2],[3,0.5]]*sin(A[1:, ::2]))', lambda A: weigh([[1, -2], [3, 0.5]], [[mp.sin(r[0]), mp.sin(r[2])] for r in A[1:]]), A=A33)
    s.case('slices-of-matrix-backwards', 'sum([[1,-2,3],[0.5,4,-1]]*sin(A[::-1, ::-1]))', lambda A: weigh(W23, [[mp.sin(v) for v in r[::-1]] for r in A[::-1]]), A=A23)
    s.case('slice-long', 'dot(x[2:9], sin(y[1:8])) + dot(x[::3], x[::3])', lambda x, y: dot(x[2:9], deep(mp.sin, y[1:8])) + dot(x[::3], x[::3]), x=LONG, y=LONG2)
    s.case('slice-long-backwards', 'dot(x, y[::-1]^2) + sum(x[8:1:-3])', lambda x, y: dot(x, [v * v for v in y[::-1]]) + x[8] + x[5] + x[2], x=LONG, y=LONG2)
    s.case('slice-of-long-matrix', 'sum(sin(W[2:11:4, 1:8])*W[0, 2:9])', lambda W: total([[mp.sin(a) * b for a, b in zip(W[i][1:8], W[0][2:9])] for i in (2, 6, 10)]), W=WIDE)
    s.case('concat', 'dot([1,-2,3,0.5,4,-1], sin(concat(x, y)))', lambda x, y: weigh([1, -2, 3, 0.5, 4, -1], deep(mp.sin, x + y)), x=X3, y=Y3)
    s.case('concat-three', 'dot([1,-2,3,0.5,4,-1,2], sin(concat(x, [2x[0]], y)))', lambda x, y: weigh([1, -2, 3, 0.5, 4, -1, 2], deep(mp.sin, [*x, 2 * x[0], *y])), x=X3, y=Y3)
    s.case('concat-long', 'dot(concat(x, y), cos(concat(y, x)))', lambda x, y: dot(x + y, deep(mp.cos, y + x)), x=LONG, y=LONG2)
    s.case('concat-columns', 'sum([[1,-2,3,0.5,4],[2,-1,0.3,-2,1.5]]*sin(concat(A, C, axis=1)))', lambda A, C: weigh([[1, -2, 3, 0.5, 4], [2, -1, 0.3, -2, 1.5]], [[mp.sin(v) for v in a + c] for a, c in zip(A, C)]), A=A23, C=[[0.4, 1.1], [-0.6, 0.8]])
    s.case('concat-rows', 'sum([[1,-2,3],[0.5,4,-1],[2,-1,0.3],[1.5,-3,2]]*sin(concat(A, A*A)))', lambda A: weigh([[1, -2, 3], [0.5, 4, -1], [2, -1, 0.3], [1.5, -3, 2]], deep(mp.sin, A + deep(lambda v: v * v, A))), A=A23)
    s.case('concat-many', 'sum(concat(x, 2x, x*x, sin(x), x) * arange(15))', lambda x: dot(range(15), [*x, *(2 * v for v in x), *(v * v for v in x), *map(mp.sin, x), *x]), x=X3)
    s.case('concat-then-slice', 'dot(concat(x, y)[2:5], concat(y, x)[1:4])', lambda x, y: dot((x + y)[2:5], (y + x)[1:4]), x=X3, y=Y3)
    s.case('stack', 'sum([[1,-2,3],[0.5,4,-1]]*sin(stack(x, y)))', lambda x, y: weigh(W23, deep(mp.sin, [x, y])), x=X3, y=Y3)
    s.case('list-of-elements', 'dot([1,-2,3], sin([x[2], x[0]*x[1], 3]))', lambda x: mp.sin(x[2]) - 2 * mp.sin(x[0] * x[1]) + 3 * mp.sin(3), x=X3)
    s.case('list-of-lists', 'sum([[1,-2],[3,0.5]]@[[x, x*x],[2, sin(x)]])', lambda x: total(mm([[1, -2], [3, 0.5]], [[x, x * x], [2, mp.sin(x)]])), x=0.7)
    s.case('flip', 'dot([1,-2,3], sin(flip(x)))', lambda x: weigh([1, -2, 3], deep(mp.sin, x[::-1])), x=X3)
    s.case('flip-rows', 'sum([[1,-2,3],[0.5,4,-1]]*sin(flip(A, axis=0)))', lambda A: weigh(W23, deep(mp.sin, A[::-1])), A=A23)
    s.case('flip-columns', 'sum([[1,-2,3],[0.5,4,-1]]*sin(flip(A, axis=1)))', lambda A: weigh(W23, deep(mp.sin, [r[::-1] for r in A])), A=A23)
    s.case('roll', 'dot([1,-2,3,0.5], sin(roll(x, 1)))', lambda x: weigh([1, -2, 3, 0.5], deep(mp.sin, [x[3], *x[:3]])), x=X4)
    s.case('roll-back', 'dot(x, roll(y, -4))', lambda x, y: dot(x, y[4:] + y[:4]), x=LONG, y=LONG2)
    s.case('diag', 'sum([[1,-2,3],[0.5,4,-1],[2,-1,0.3]]*cos(diag(x)))', lambda x: weigh([[1, -2, 3], [0.5, 4, -1], [2, -1, 0.3]], [[mp.cos(x[i] if i == j else 0) for j in range(3)] for i in range(3)]), x=X3)
    s.case('diagonal', 'dot([1,-2,3], sin(diag(A)))', lambda A: weigh([1, -2, 3], [mp.sin(A[i][i]) for i in range(3)]), A=A33)
    s.case('trace', 'trace(A)^2 + trace(sin(A))', lambda A: (A[0][0] + A[1][1] + A[2][2]) ** 2 + sum(mp.sin(A[i][i]) for i in range(3)), A=A33)
    s.case('identity', 'sum(sin(A@(eye(3)*x + B)))', lambda A, B, x: total(deep(mp.sin, mm(A, [[b + (x if i == j else 0) for j, b in enumerate(r)] for i, r in enumerate(B)]))), A=A23, B=B33, x=0.7)
    s.heading('Broadcasting.')
    s.case('scalar-over-matrix', 'sum(sin(A*c) + c)', lambda A, c: total(deep(lambda v: mp.sin(v * c) + c, A)), A=A23, c=0.7)
    s.case('row-over-matrix', 'sum(sin(A*x))', lambda A, x: total([[mp.sin(a * v) for a, v in zip(r, x)] for r in A]), A=A23, x=X3)
    s.case('column-over-matrix', 'sum(sin(A*c))', lambda A, c: total([[mp.sin(a * v[0]) for a in r] for r, v in zip(A, c)]), A=A23, c=[[0.7], [-1.3]])
    s.case('column-and-row', 'sum(sin(c*x) + c)', lambda c, x: total([[mp.sin(v[0] * u) + v[0] for u in x] for v in c]), c=[[0.7], [-1.3]], x=X3)
    s.case('row-over-long-matrix', 'sum(sin(W*x)/2)', lambda W, x: total([[mp.sin(a * v) / 2 for a, v in zip(r, x)] for r in W]), W=WIDE, x=LONG[:9])
    s.case('column-over-long-matrix', 'sum(cos(W*c)*c)', lambda W, c: total([[mp.cos(a * v[0]) * v[0] for a in r] for r, v in zip(W, c)]), W=TALL, c=[[v] for v in LONG[:9]])
    s.case('scalar-of-vector-over-it', 'sum(sin(x*sum(x)))', lambda x: total([mp.sin(v * total(x)) for v in x]), x=LONG)
    s.case('constants', 'sum(ones(2, 3)*A + zeros(3) + linspace(0.1, 0.7, 3)*A*arange(3) + arange(1, 4)*A)', lambda A: total([[a + mpf(j) * (mpf(0.1) + (mpf(0.7) - mpf(0.1)) * j / 2) * a + (j + 1) * a for j, a in enumerate(r)] for r in A]), A=A23)
    s.case('sizes', 'length(x)*sum(x) + shape(A)[1]*sum(A)/shape(A)[0]', lambda x, A: 3 * total(x) + 3 * total(A) / 2, x=X3, A=A23)
    s.case('linspace-of-variables', 'sum(sin(linspace(a, b, 5)))', lambda a, b: total([mp.sin(a + (b - a) * i / 4) for i in range(5)]), a=0.3, b=1.9)
    s.case('numbers-of-the-language', 'sin(x*pi) + e*x + tau/(x+1) + exp(x)*1e-3', lambda x: mp.sin(x * mpf(3.141592653589793)) + mpf(2.718281828459045) * x + mpf(6.283185307179586) / (x + 1) + mp.exp(x) * mpf(1e-3), x=0.7)
    s.heading('Reductions along an axis.')
    for name, f in [('sum', mp.fsum), ('prod', prod), ('max', max), ('min', min), ('norm', norm), ('logsumexp', lse), ('mean', mean),
                    ('variance', variance), ('std', lambda x: mp.sqrt(variance(x)))]:
        s.case(f'{name}-of-columns', f'dot([1,-2,3], {name}(A*2, axis=0)^2)', lambda A, f=f: weigh([1, -2, 3], [f([2 * v for v in c]) ** 2 for c in T(A)]), A=A23)
        s.case(f'{name}-of-rows', f'dot([1,-2], sin({name}(A, axis=1)))', lambda A, f=f: weigh([1, -2], [mp.sin(f(r)) for r in A]), A=A23)
        s.case(f'{name}-of-long-columns', f'sum(sin({name}(W, axis=0)))', lambda W, f=f: total([mp.sin(f(c)) for c in T(W)]), W=WIDE)
        s.case(f'{name}-of-long-rows', f'sum({name}(W, axis=1)^2)', lambda W, f=f: total([f(r) ** 2 for r in W]), W=TALL)
    s.case('prod-with-zeros-by-rows', 'dot([1,-2], prod(A, axis=1))', lambda A: weigh([1, -2], [prod(r) for r in A]), A=[[2.0, 0.0, 3.0], [0.5, 1.5, -2.0]])
    s.case('prod-with-zeros-of-matrix', 'prod(A)', lambda A: prod(leaves(A)), A=[[2.0, 0.0, 3.0], [0.5, 1.5, -2.0]])
    s.case('prod-of-cube', 'prod(stack(A, A+1)) + sum(prod(stack(A, 2A), axis=0))', lambda A: prod(leaves(A)) * prod([v + 1 for v in leaves(A)]) + total(deep(lambda v: 2 * v * v, A)), A=A23)
    s.case('extreme-minus', 'max(x) - min(x*y)', lambda x, y: max(x) - min(a * b for a, b in zip(x, y)), x=X4, y=[0.9, 1.1, -0.4, 0.3])
    s.case('softmax', 'dot([1,-2,3,0.5], softmax(x))', lambda x: weigh([1, -2, 3, 0.5], softmax(x)), x=X4)
    s.case('softmax-of-rows', 'sum([[1,-2,3],[0.5,4,-1]]*softmax(A))', lambda A: weigh(W23, [softmax(r) for r in A]), A=A23)
    s.case('softmax-of-columns', 'sum([[1,-2,3],[0.5,4,-1]]*softmax(A, axis=0))', lambda A: weigh(W23, T([softmax(c) for c in T(A)])), A=A23)
    s.case('softmax-long', 'dot(y, softmax(x))', lambda x, y: dot(y, softmax(x)), x=LONG, y=LONG2)
    s.case('log-softmax', 'dot([1,-2,3,0.5], log_softmax(x))', lambda x: weigh([1, -2, 3, 0.5], [v - lse(x) for v in x]), x=X4)
    s.case('log-softmax-of-rows', 'sum([[1,-2,3],[0.5,4,-1]]*log_softmax(A))', lambda A: weigh(W23, [[v - lse(r) for v in r] for r in A]), A=A23)
    s.case('cross-entropy', '-sum(Y*log_softmax(X@B))', lambda X, B, Y: -weigh(Y, [[v - lse(r) for v in r] for r in mm(X, B)]), wrt=['B'], X=A23, B=B32, Y=[[1.0, 0.0], [0.0, 1.0]])
    s.case('cumsum', 'dot([1,-2,3,0.5], sin(cumsum(x)))', lambda x: weigh([1, -2, 3, 0.5], deep(mp.sin, cumsum(x))), x=X4)
    s.case('cumsum-of-rows', 'sum([[1,-2,3],[0.5,4,-1]]*sin(cumsum(A)))', lambda A: weigh(W23, [deep(mp.sin, cumsum(r)) for r in A]), A=A23)
    s.case('cumsum-of-columns', 'sum([[1,-2,3],[0.5,4,-1]]*sin(cumsum(A, axis=0)))', lambda A: weigh(W23, deep(mp.sin, T([cumsum(c) for c in T(A)]))), A=A23)
    s.case('cumprod', 'dot([1,-2,3,0.5], sin(cumprod(x)))', lambda x: weigh([1, -2, 3, 0.5], deep(mp.sin, cumprod(x))), x=X4)
    s.case('cumprod-of-columns', 'sum([[1,-2,3],[0.5,4,-1]]*sin(cumprod(A, axis=0)))', lambda A: weigh(W23, deep(mp.sin, T([cumprod(c) for c in T(A)]))), A=A23)
    s.case('cumprod-with-zero', 'dot([1,-2,3,0.5], cumprod(x))', lambda x: weigh([1, -2, 3, 0.5], cumprod(x)), x=[2.0, 0.0, 3.0, 0.5])
    s.case('running-long', 'dot(x, cumsum(y)) + dot(y, cumprod(x+1))', lambda x, y: dot(x, cumsum(y)) + dot(y, cumprod([v + 1 for v in x])), x=LONG, y=LONG2)
    s.write()


def choices():
    s = Suite('choices.suite', ['Choices: branches that are not taken have no influence, not even as NaN or infinity, whatever operation the',
                                'derivative goes through on its way.'])
    zero = mpf(0)
    s.heading('By element.')
    s.case('where', 'sum(where(x > 0, x^3, 2sin(x)))', lambda x: total([v**3 if v > 0 else 2 * mp.sin(v) for v in x]), x=X3)
    s.case('where-of-two', 'dot([1,-2,3], where(x > y, x*y, y^2))', lambda x, y: weigh([1, -2, 3], [a * b if a > b else b * b for a, b in zip(x, y)]), x=X3, y=Y3)
    s.case('where-constant', 'dot([1,-2,3], where(x > 0.5, x^2, 7))', lambda x: weigh([1, -2, 3], [v * v if v > 0.5 else 7 for v in x]), x=X3)
    s.case('where-other-constant', 'dot([1,-2,3], where(x > 0.5, 7, x^2))', lambda x: weigh([1, -2, 3], [7 if v > 0.5 else v * v for v in x]), x=X3)
    s.case('where-nested', 'sum(where(x > 1, x, where(x > 0, x^2, where(x > -1, x^3, 1/x))))', lambda x: total([v if v > 1 else v**2 if v > 0 else v**3 if v > -1 else 1 / v for v in x]), x=[1.7, 0.6, -0.4, -1.3])
    s.case('where-of-matrix', 'sum(where(A > 0, A^2, A@B))', lambda A, B: total([[a * a if a > 0 else m for a, m in zip(r, q)] for r, q in zip(A, mm(A, B))]), A=A33, B=B33)
    s.case('where-row-condition', 'sum(where(x > 0, A, 2A*A))', lambda A, x: total([[a if v > 0 else 2 * a * a for a, v in zip(r, x)] for r in A]), wrt=['A'], A=A23, x=X3)
    s.case('where-long', 'sum(where(x > y, sin(x), x*y))', lambda x, y: total([mp.sin(a) if a > b else a * b for a, b in zip(x, y)]), x=LONG, y=LONG2)
    s.heading('Branches that are not a number where they are not taken.')
    s.case('log', 'sum(where(x > 0, log(x), x^2))', lambda x: total([mp.log(v) if v > 0 else v * v for v in x]), x=X3)
    safe = lambda v: mp.sqrt(v) if v > 0 else mpf(0)
    half = lambda v: 1 / (2 * mp.sqrt(v)) if v > 0 else zero
    Z4 = [0.49, 0.0, -0.3, 1.44]
    root = 'where(x > 0, sqrt(x), 0)'
    g = lambda w: {'x': [mpf(a) * half(mpf(v)) for a, v in zip(w, Z4)]}
    roots = [safe(mpf(v)) for v in Z4]
    s.case('root-sum', f'3sum({root})', lambda x: 3 * total([safe(v) for v in x]), grads=g([3] * 4), x=Z4)
    s.case('root-weighted', f'dot([1,-2,3,0.5], {root})', lambda x: weigh([1, -2, 3, 0.5], [safe(v) for v in x]), grads=g([1, -2, 3, 0.5]), x=Z4)
    s.case('root-product-with-matrix', f'sum([[1,2,3,4],[0.5,-1,2,1.5]]@{root})', lambda x: total(mv([[1, 2, 3, 4], [0.5, -1, 2, 1.5]], [safe(v) for v in x])), grads=g([1.5, 1, 5, 5.5]), x=Z4)
    s.case('root-slice', 'sum(where(x > 0, sqrt(x), 0)[1:]) + sum(where(x > 0, sqrt(x), 0)[::-1]*[1,2,3,4])', lambda x: total([safe(v) for v in x[1:]]) + weigh([1, 2, 3, 4], [safe(v) for v in x[::-1]]), grads=g([4, 4, 3, 2]), x=Z4)
    s.case('root-concat', f'dot(concat({root}, x), [1,-2,3,0.5,2,2,2,2])', lambda x: weigh([1, -2, 3, 0.5, 2, 2, 2, 2], [safe(v) for v in x] + x), grads={'x': [mpf(a) * half(mpf(v)) + 2 for a, v in zip([1, -2, 3, 0.5], Z4)]}, x=Z4)
    s.case('root-reshape', f"sum([[1,-2],[3,0.5]]*reshape({root}, 2, 2)')", lambda x: weigh([1, 3, -2, 0.5], [safe(v) for v in x]), grads=g([1, 3, -2, 0.5]), x=Z4)
    s.case('root-cumsum', f'dot([1,-2,3,0.5], cumsum({root}))', lambda x: weigh([1, -2, 3, 0.5], cumsum([safe(v) for v in x])), grads=g([2.5, 1.5, 3.5, 0.5]), x=Z4)
    s.case('root-broadcast', f'sum([[1,2,3,4],[0.5,-1,2,1.5]]*{root})', lambda x: weigh([1.5, 1, 5, 5.5], [safe(v) for v in x]), grads=g([1.5, 1, 5, 5.5]), x=Z4)
    s.case('root-chain', f'sum(exp({root})*[1,-2,3,0.5])', lambda x: weigh([1, -2, 3, 0.5], [mp.exp(safe(v)) for v in x]), grads={'x': [mpf(a) * mp.exp(r) * half(mpf(v)) for a, r, v in zip([1, -2, 3, 0.5], roots, Z4)]}, x=Z4)
    s.case('root-in-both', 'sum(where(x > 0, sqrt(x), where(x < 0, sqrt(-x), 0))*[1,-2,3,0.5])', lambda x: weigh([1, -2, 3, 0.5], [mp.sqrt(abs(v)) for v in x]), grads={'x': [mpf(a) * (half(mpf(v)) if v > 0 else -half(-mpf(v)) if v < 0 else zero) for a, v in zip([1, -2, 3, 0.5], Z4)]}, x=Z4)
    s.case('root-of-product', 'sum(where(A@x > 0, sqrt(A@x), 0))', lambda A, x: total([safe(v) for v in mv(A, x)]), grads={'x': [mpf(1.2) * half(mpf(1.2) * mpf(0.7) + mpf(0.4) * mpf(0.5)), mpf(0.4) * half(mpf(1.2) * mpf(0.7) + mpf(0.4) * mpf(0.5))]}, wrt=['x'], A=[[1.2, 0.4], [0.0, 0.0], [-1.0, -2.0]], x=[0.7, 0.5])
    s.case('inverse-of-slice', 'where(x[0] > 0, 1/x[0], x[1]) * x[1]', lambda x: x[1] * x[1], grads={'x': [zero, 2 * mpf(0.7)]}, x=[0.0, 0.7])
    s.case('power-of-zero', 'sum(where(x > 0, x^0.3, x)*[1,-2,3])', lambda x: weigh([1, -2, 3], [v ** mpf(0.3) if v > 0 else v for v in x]), grads={'x': [mpf(1) * mpf(0.3) * mpf(0.49) ** (mpf(0.3) - 1), mpf(-2), mpf(3)]}, x=[0.49, 0.0, -0.3])
    s.case('norm-of-zeros', 'where(c > 0, norm(x), 0) + x[0]', lambda c, x: x[0], grads={'x': [mpf(1), zero]}, wrt=['x'], c=-1.0, x=[0.0, 0.0])
    s.case('column-of-roots', 'sum(where(c > 0, sqrt(c), 0)*x)', lambda c, x: total([[safe(r[0]) * v for v in x] for r in c]), grads={'c': [[half(mpf(0.49)) * 2], [zero]], 'x': [safe(mpf(0.49))] * 2}, c=[[0.49], [0.0]], x=[0.5, 1.5])
    s.case('root-prod', 'prod(where(x > 0, sqrt(x), 2))', lambda x: safe(x[0]) * 2 * 2 * safe(x[3]), grads={'x': [half(mpf(0.49)) * 4 * safe(mpf(1.44)), zero, zero, safe(mpf(0.49)) * 4 * half(mpf(1.44))]}, x=Z4)
    s.case('root-logsumexp', f'logsumexp({root})', lambda x: lse([safe(v) for v in x]), grads={'x': [w * half(mpf(v)) for w, v in zip(softmax(roots), Z4)]}, x=Z4)
    s.case('root-matrix-rows', "sum(where(A > 0, sqrt(A), 0)@[1,-2] * [3, 0.5])", lambda A: weigh([3, 0.5], mv([[safe(v) for v in r] for r in A], [1, -2])), grads={'A': [[3 * half(mpf(0.49)), zero], [zero, -half(mpf(1.44))]]}, A=[[0.49, 0.0], [-0.3, 1.44]])
    s.case('root-axis', "dot(sum(where(A > 0, sqrt(A), 0), axis=0), [3, 0.5])", lambda A: weigh([3, 0.5], [total([safe(v) for v in c]) for c in T(A)]), grads={'A': [[3 * half(mpf(0.49)), zero], [zero, half(mpf(1.44)) / 2]]}, A=[[0.49, 0.0], [-0.3, 1.44]])
    s.case('root-flip-and-trace', "trace(where(A > 0, sqrt(A), 0)@flip(A, axis=0)) + trace(where(A > 0, sqrt(A), 0))", lambda A: (lambda R: sum(R[i][j] * A[1 - j][i] for i in range(2) for j in range(2)) + R[0][0] + R[1][1])([[safe(v) for v in r] for r in A]),
           grads={'A': [[half(mpf(0.49)) * (mpf(-0.3) + 1), safe(mpf(1.44))], [safe(mpf(0.49)), half(mpf(1.44)) * (mpf(0.0) + 1)]]}, A=[[0.49, 0.0], [-0.3, 1.44]])
    s.heading('By one condition.')
    s.case('ternary', 'x > 0 ? x^3 : sin(x)', lambda x: x**3 if x > 0 else mp.sin(x), x=0.7)
    s.case('ternary-otherwise', 'x > 0 ? x^3 : sin(x)', lambda x: x**3 if x > 0 else mp.sin(x), x=-0.7)
    s.case('ternary-of-vectors', 'let u = x[0] > 0 ? x*y : sin(y); dot([1,-2,3], u^2)', lambda x, y: weigh([1, -2, 3], [(a * b) ** 2 for a, b in zip(x, y)]), x=X3, y=Y3)
    s.case('ternary-of-vectors-otherwise', 'let u = x[0] > 1 ? x*y : sin(y); dot([1,-2,3], u^2)', lambda x, y: weigh([1, -2, 3], [mp.sin(b) ** 2 for b in y]), x=X3, y=Y3)
    s.case('ternary-nested', '(x > 1 ? x : x > 0 ? (y > 0 ? x*y : y^2) : 1/x) * y', lambda x, y: x * y * y, x=0.7, y=1.3)
    s.case('ternary-nested-otherwise', '(x > 1 ? x : x > 0 ? (y > 0 ? x*y : y^2) : 1/x) * y', lambda x, y: y / x, x=-0.7, y=1.3)
    s.case('ternary-with-sums', 'c > 0 ? sum(x*x)*y : prod(x)', lambda c, x, y: total([v * v for v in x]) * y, wrt=['x', 'y'], c=1.0, x=X3, y=0.7)
    s.case('ternary-with-sums-otherwise', 'c > 0 ? sum(x*x)*y : prod(x)', lambda c, x, y: prod(x), wrt=['x', 'y'], c=-1.0, x=X3, y=0.7)
    s.case('ternary-used-twice', 'let u = x > 0 ? x*y : y; let v = x > 0 ? u^2 : x; u*v + u', lambda x, y: (x * y) ** 3 + x * y, x=0.7, y=1.3)
    s.case('ternary-of-matrices', 'sum(sin(c > 0 ? A@B : B@A)*B)', lambda c, A, B: weigh(B, deep(mp.sin, mm(A, B))), wrt=['A', 'B'], c=0.5, A=A33, B=B33)
    s.case('ternary-of-matrices-otherwise', 'sum(sin(c > 0 ? A@B : B@A)*B)', lambda c, A, B: weigh(B, deep(mp.sin, mm(B, A))), wrt=['A', 'B'], c=-0.5, A=A33, B=B33)
    s.case('ternary-long', 'sum(c > 0 ? x*y : y)', lambda c, x, y: dot(x, y), wrt=['x', 'y'], c=0.5, x=LONG, y=LONG2)
    s.case('ternary-constant', '(x > 0 ? 2 : x) * x^2', lambda x: 2 * x * x, x=0.7)
    s.case('ternary-constant-otherwise', '(x > 0 ? 2 : x) * x^2', lambda x: x**3, x=-0.7)
    s.case('ternary-untaken-infinite', '(x > 0 ? sqrt(x) : 0) + y*x', lambda x, y: y * x, grads={'x': mpf(1.3), 'y': zero}, x=0.0, y=1.3)
    s.case('ternary-untaken-vector', 'dot([1,-2], (c > 0 ? sqrt(x) : x)*x)', lambda c, x: weigh([1, -2], [v * v for v in x]), grads={'x': [zero, -4 * mpf(0.7)]}, wrt=['x'], c=-1.0, x=[0.0, 0.7])
    s.case('ternary-guard-inside', 'dot([1,-2], c > 0 ? where(x > 0, sqrt(x), 0)*x : x)', lambda c, x: weigh([1, -2], [safe(v) * v for v in x]), grads={'x': [zero, -2 * mpf(1.5) * mp.sqrt(mpf(0.7))]}, wrt=['x'], c=1.0, x=[0.0, 0.7])
    s.case('ternary-guard-around', 'where(x > 0, (c > 0 ? sqrt(x) : x^2), x)*y', lambda c, x, y: x * y, grads={'x': mpf(1.3), 'y': zero}, wrt=['x', 'y'], c=1.0, x=0.0, y=1.3)
    s.case('ternary-condition-from-data', '(any(x > 1) and not all(x > 0) ? sum(x) : prod(x))*2', lambda x: 2 * total(x), x=[1.5, -0.3, 0.4])
    s.heading('Detached values.')
    s.case('detach', 'sum(detach(x*x)*sin(x))', lambda x: total([v * v * mp.sin(v) for v in x]), grads={'x': [mpf(v) ** 2 * mp.cos(mpf(v)) for v in X3]}, x=X3)
    s.case('detach-part', 'x*detach(y) + detach(x)*y^2 + detach(x*y)', lambda x, y: x * y + x * y * y + x * y, grads={'x': mpf(1.3), 'y': 2 * mpf(0.7) * mpf(1.3)}, x=0.7, y=1.3)
    s.case('detach-in-branch', 'x > 0 ? detach(x)*x : x^2', lambda x: x * x, grads={'x': mpf(0.7)}, x=0.7)
    s.case('detach-condition', 'where(detach(x) > 0.5, x^2, x)', lambda x: x * x, x=0.7)
    s.write()


def programs():
    s = Suite('programs.suite', ['Larger programs: shared parts, long bodies that are cut into pieces, sums inside sums.'])
    s.case('shared', 'let u = sin(x*y); let v = u*u + x; let w = v*u; w*v + u - w', lambda x, y: (lambda u: (lambda v: v * u * v + u - v * u)(u * u + x))(mp.sin(x * y)), x=0.7, y=1.3)
    s.case('rosenbrock', 'sum(100*(x[1:] - x[:-1]^2)^2 + (1 - x[:-1])^2)', lambda x: total([100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:])]), x=LONG)
    s.case('attention', "sum(softmax(Q@K'/sqrt(2))@V * V)", lambda Q, K, V: total([[a * b for a, b in zip(r, q)] for r, q in zip(mm([softmax([v / mp.sqrt(2) for v in r]) for r in mm(Q, T(K))], V), V)]), Q=B32, K=[[0.4, 1.1], [-0.6, 0.8], [0.3, -0.9]], V=[[1.1, -0.2], [0.5, 0.7], [-0.8, 0.6]])
    s.case('network', 'let h = tanh(X@A + a); let o = h@B + b; mean((o - t)^2) + 0.1*norm(A)', lambda X, A, a, B, b, t: (lambda h: mean([(dot(r, B) + b - v) ** 2 for r, v in zip(h, t)]) + mpf(0.1) * norm(leaves(A)))(
        [[mp.tanh(v + w) for v, w in zip(r, a)] for r in mm(X, A)]), wrt=['A', 'a', 'B', 'b'], X=A23, A=B33, a=X3, B=Y3, b=0.3, t=[0.5, -1.2])
    s.case('standardised', 'dot(y, ((x - mean(x))/std(x))^3)', lambda x, y: dot(y, [((v - mean(x)) / mp.sqrt(variance(x))) ** 3 for v in x]), x=LONG, y=LONG2)
    s.case('normalised', 'dot([1,-2,3], x/norm(x))', lambda x: weigh([1, -2, 3], [v / norm(x) for v in x]), x=X3)
    s.case('distances', 'sum(sqrt(sum((reshape(A, 2, 1, 3) - reshape(B, 1, 3, 3))^2, axis=2)))', lambda A, B: total([[norm([a - b for a, b in zip(r, q)]) for q in B] for r in A]), A=A23, B=B33)
    s.case('polynomial', '((3x - 2)*x + 5)*x^2 - x/(1+x^2) + 2/x', lambda x: ((3 * x - 2) * x + 5) * x * x - x / (1 + x * x) + 2 / x, x=0.7)
    s.case('towers', 'exp(sin(log(1+x^2))) - tanh(x)^3/(2+cos(x))', lambda x: mp.exp(mp.sin(mp.log(1 + x * x))) - mp.tanh(x) ** 3 / (2 + mp.cos(x)), x=0.7)
    s.case('entropy', '-sum(x*log(x))/sum(x) + log(sum(x))', lambda x: -total([v * mp.log(v) for v in x]) / total(x) + mp.log(total(x)), x=P3)
    s.case('two-outputs-of-a-loop', 'sum(x*y)/sum(x*x) + sum(y*y)*sum(x)', lambda x, y: dot(x, y) / dot(x, x) + dot(y, y) * total(x), x=LONG, y=LONG2)
    s.case('sum-over-long-matrix', 'let m = mean(W, axis=0); sum((W - m)^2)/sum(W*W)', lambda W: (lambda m: total([[(a - b) ** 2 for a, b in zip(r, m)] for r in W]) / total(deep(lambda v: v * v, W)))([mean(c) for c in T(W)]), W=WIDE)
    s.case('output-is-a-matrix', 'sin(A)@B', lambda A, B: mm(deep(mp.sin, A), B), A=A23, B=B32)
    s.case('output-is-a-vector', 'sin(A@x)*c', lambda A, x, c: [mp.sin(v) * c for v in mv(A, x)], A=A23, x=X3, c=0.7)
    s.case('output-is-the-variable', 'x', lambda x: x, x=X3)
    s.case('output-is-a-constant', 'x - x + 2', lambda x: 2, x=0.7)
    terms = 130
    long = ' + '.join(f'sin({(7 * i) % 13 / 10 + 0.1:.1f}x{"*y" if i % 3 else ""})*cos({(5 * i) % 11 / 10 + 0.2:.1f}y)' for i in range(terms))
    s.case('very-long', f'({long})/100', lambda x, y: mp.fsum(mp.sin(mpf(float(f"{(7 * i) % 13 / 10 + 0.1:.1f}")) * x * (y if i % 3 else 1)) * mp.cos(mpf(float(f"{(5 * i) % 11 / 10 + 0.2:.1f}")) * y) for i in range(terms)) / 100, x=0.7, y=1.3)
    lets = ['let v0 = x', 'let w0 = y'] + [f'let v{i + 1} = sin(v{i}) + {0.1 + i % 7 / 10:.1f}*w{i}; let w{i + 1} = cos(w{i}*v{i})' for i in range(50)]

    def steps(x, y):
        v, w = x, y
        for i in range(50):
            v, w = mp.sin(v) + mpf(float(f'{0.1 + i % 7 / 10:.1f}')) * w, mp.cos(w * v)
        return v * w
    s.case('many-steps', '; '.join(lets) + '; v50*w50', steps, x=0.7, y=1.3)
    vectors = '; '.join(['let u0 = x'] + [f'let u{i + 1} = sin(u{i})*{1 + i % 3} + u{i}[::-1]*0.{1 + i % 8}' for i in range(40)])

    def vector_steps(x):
        u = x
        for i in range(40):
            u = [mp.sin(a) * (1 + i % 3) + b * mpf(float(f'0.{1 + i % 8}')) for a, b in zip(u, u[::-1])]
        return total(u)
    s.case('many-vector-steps', f'{vectors}; sum(u40)', vector_steps, x=[0.6, -1.2, 0.35, 1.7, 0.9, -0.8, 0.45, 1.1, -0.55])
    s.write()


BOUNDED = ('same-base', 'quotients', 'log-of-exp', 'nested-fractions')


def rules():
    s = Suite('rules.suite', ['Formulas whose derivatives go through the rules of simplification, and formulas of the symbolic mode, at random points.'])
    for name, formula in [
        ('odd', 'sin(-x) + tan(-0.3x)*2 + sinh(-x) + tanh(-2x) + atan(-x)'), ('odd-roots', 'asinh(-x) + cbrt(-x-9) + asin(-tanh(x)/2) + atanh(-tanh(x)/2)'),
        ('even', 'cos(-x) + cosh(-x) + abs(-x-9)'), ('even-products', 'cos(-2x*y) * cosh(-x/3)'), ('sign-odd', 'sign(-x-9)*x^2'),
        ('abs-of-square', 'abs(x^2)*x + abs(exp(x)) + abs(sigmoid(x)) + abs(abs(x-9))'), ('log-of-exp', 'log(exp(x*y)) * x'),
        ('log-of-constants', 'log(e)*x + log(1)*x + exp(0)*x^2 + sin(0)*x + cos(0)*x^3'),
        ('logistic', 'log(1 + exp(x))*2'), ('logistic-product', 'exp(x)/(1 + exp(x)) * x'), ('logistic-square', 'exp(2x)/(1+exp(x))^2'),
        ('logistic-negative', 'sigmoid(-x)/(1+exp(-x)) + log(1+exp(-x))'), ('pythagoras', 'x*sin(y)^2 + x*cos(y)^2 + sin(x)^2 - cos(x)^2'),
        ('pythagoras-sums', '(sin(x)^2 + cos(x)^2)*y + 3sin(x*y)^2 + 3cos(x*y)^2'), ('same-base', 'x^y'),
        ('powers', 'x^2*x^3/x + (2x)^2*x^-1 + sqrt(x^2+1)*sqrt(x^2+1)'), ('roots-of-squares', 'sqrt(x^2)*y + sqrt(x^4) + (x^2)^1.5'),
        ('quotients', '(x-y)/(y-x)*x^2 + (x^2-1)/(x-9) + x/(x/y)'), ('cancelling', 'x - y + y*2 - x/2 - (x+y)/3'),
        ('fractions', '(1/3)*x + x/7 - 0.1x + 3x/0.7 + 2*(x/5)*(y/3)'), ('nested-fractions', '1/(1/x + 1/(y-9)) + 1/(2+1/(x^2+1))'),
        ('minus', '-(-x)*y - -(x - y)*x + -(2*-(x*y))'), ('double-minus', 'x - (-y*x) + (-x)*(-y) + (-x)/(-y-9)'),
        ('doubled', 'let u = x*y; u + u + sin(u) + sin(u)'), ('exp-sums', 'exp(x)*exp(y) + exp(x)^2 + exp(-x)/exp(y)'),
        ('log-sums', 'log(x^2+1) + log(2*(x^2+1)) - log(x^2+3)^2'), ('tan-tanh', 'tan(x/9)*tanh(y) + tan(x/9)^2'),
        ('atan2-hypot', 'atan2(x, y+9)*hypot(x, y) + hypot(x, 3)'), ('inverse-square', '1/x^2 + x^-2*y + 2/x^3 + (x^2+1)^-2'),
        ('negatives', '-abs(x-9)*y + 3*-abs(y) - -abs(x) + -max(x, y) - (-min(x, 3))'), ('constant-quotients', 'x*(2/y) + x*(-2/y) + x*(-1/y) + x*(1/y) + x*(y/-1) + 3*(2/x) + 3*(x/4) + 0.5*(y*4) + (x*3)*7 + 2*(x*y) + y*(x*5) + (3/x)*(2/y)'),
        ('identities', 'x/1*y + x^1 + y^0*x + 1*x + x*-1*y + x/(1/y)'), ('conditions-known', 'where(x > 0 and x > 0, x^2, x) + where(x > 0 and 1 < 2, x^3, y) + where(x > 0 or 2 < 1, y^2, x) + where(x > 0 or 1 < 2, y^3, x) + where(x > 0 and 2 < 1, y, x*y) + where(x > 0 or x > 0, y, x)'),
        ('same-base-in-time', 'exp(x)^y + exp(x)^(y+1)*y'), ('silu-softplus', 'silu(x)*softplus(y) + relu(x-9) + max(x, y+9)*min(x, y-9)'), ('exp2-logs', 'exp2(x)*log2(x^2+2) + log10(x^2+5)*expm1(x) + log1p(x^2)'),
        ('acosh-acos', 'acosh(x^2+1.5)*y + acos(tanh(x))'), ('clip-mod', 'clip(x, -20, 20)*y + (x+0.3) % 7.1'),
        ('round-floor', 'round(x)*y + floor(x)*y^2 + ceil(y)*x'),
    ]:
        s.free(name, formula, 'x in 0.6..2.9, y in 0.4..1.9' if name in BOUNDED else '')
    s.heading('Vectors and matrices.')
    for name, formula in [
        ('sums', 'sum(2x) + sum(x*y)*3 + sum(x)*sum(y) + sum(x^2*sum(x))'), ('norms', 'norm(x)^2 + norm(x)*norm(y) + dot(x,x)/norm(x)'),
        ('forms', "x'@A@x + y'@A'@x + sum(A*A) + trace(A'@A)"), ('mean-deviation', 'mean(x)^2 + variance(x) + std(x)*3 + mean(x*y)'),
        ('softmax-forms', 'dot(softmax(x), y) + sum(softmax(x)*log_softmax(x)) + logsumexp(x)'), ('outer-forms', 'sum(outer(x, y)*A) + trace(outer(x, y)@A)'),
        ('products', 'prod(x)*sum(y) + sum(cumsum(x)*y) + max(x)*min(y)'), ('row-sums', 'sum(sum(A, axis=0)*x) + dot(sum(A, axis=1), y) + sum(mean(A, axis=1)^2)'),
        ('slices', 'x[0]*x[1] + dot(x[1:], y[:-1]) + sum(x[::2]) + A[0, 1]*sum(A[1]) + sum(A[:, 0]*x)'), ('flips', 'dot(flip(x), y) + sum(flip(A, axis=0)*A) + dot(roll(x, 1), y)'),
        ('concats', 'dot(concat(x, y), concat(y, x)) + sum(concat(A, A)@x) + sum(stack(x, y)@y)'), ('diagonals', 'sum(diag(x)@A) + dot(diag(A), x) + trace(A@diag(y)) + sum(eye(3)*A)'),
        ('choices', 'sum(where(x > y, x*y, x^2)*y) + (x[0] > y[0] ? sum(x*y) : dot(x,x))'), ('cubes', 'sum(x^3*y) + sum(A^3) + sum((A@x)^3)'),
        ('inverse-norms', 'sum(x/norm(x)*y) + 1/dot(x,x) + sum(A/sum(A*A))'), ('exponentials', 'sum(exp(A@x)) + sum(exp(-x)*exp(y)) + log(sum(exp(x*y)))'),
        ('distances', 'norm(x - y) + sum((A@x - y)^2) + sqrt(dot(x-y, x-y)+1)'), ('krons', 'sum(kron(A, A)) + sum(sin(kron(A, outer(x, y))))'),
        ('reshapes', "sum(reshape(A, 9)*concat(x, y, x)) + sum(reshape(x, 3, 1)@reshape(y, 1, 3)*A) + sum(A'@reshape(x, 3, 1))"),
        ('crosses', 'dot(cross(x, y), x + 2y) + norm(cross(x, y))^2'), ('cumulated', 'sum(cumsum(x)^2) + sum(cumsum(A, axis=0)*A)'),
        ('columns', 'sum((A - mean(A, axis=0))^2) + sum(A*reshape(x, 3, 1)) + sum(A/(1+exp(x)))'),
        ('weights', "let d = A@x - y; d'@d/3 + 0.1*dot(x,x) + sum(abs(d))"),
    ]:
        matrix = '; param A: [3, 3]' if 'A' in formula else ''
        s.free(name, f'param x: [3]; param y: [3]{matrix}; {formula}')
    s.write()


def sharing():
    s = Suite('sharing.suite', ['Operations that differ in one attribute only, side by side: what is computed once has to be the very same.'])
    S33 = [[0.9, -0.4, 1.3], [0.25, 1.6, -0.7], [-1.15, 0.5, 0.35]]
    sin, cos = (lambda X: deep(mp.sin, X)), (lambda X: deep(mp.cos, X))
    s.case('products-of-transposes', "sum(sin(A@A)) + 2sum(cos(A'@A)) + 3sum(sin(2A@A')) + 4sum(cos(3A'@A'))",
           lambda A: total(sin(mm(A, A))) + 2 * total(cos(mm(T(A), A))) + 3 * total(sin(deep(lambda v: 2 * v, mm(A, T(A))))) + 4 * total(cos(deep(lambda v: 3 * v, mm(T(A), T(A))))), A=S33)
    s.case('products-with-vectors', "sum(sin(A@x)) + 2sum(cos(x@A)) + 3sum(sin(outer(x, y))) + 4sum(cos(outer(y, x)))*x[0]",
           lambda A, x, y: total(sin(mv(A, x))) + 2 * total(cos(mv(T(A), x))) + 3 * total([[mp.sin(a * b) for b in y] for a in x]) + 4 * total([[mp.cos(a * b) for b in y] for a in x]) * x[0], A=S33, x=X3, y=Y3)
    s.case('dot-and-outer', "dot(x, y)^2 + sum(sin(outer(x, y))) + sum(x*y*x)", lambda x, y: dot(x, y) ** 2 + total([[mp.sin(a * b) for b in y] for a in x]) + total([a * b * a for a, b in zip(x, y)]), x=X3, y=Y3)
    s.case('slices', 'sum(x[0:3]*x[1:4]) + 2sum(sin(x[2:5]))*x[1] + 3sum(x[0:5:2]^2) + 4sum(x[1:5:2]^3) + sum(x[4:0:-1]*x[0:4])',
           lambda x: total([a * b for a, b in zip(x[0:3], x[1:4])]) + 2 * total(sin(x[2:5])) * x[1] + 3 * total([v * v for v in x[0:5:2]]) + 4 * total([v**3 for v in x[1:5:2]]) + total([a * b for a, b in zip(x[4:0:-1], x[0:4])]), x=[0.6, -1.2, 0.35, 1.7, 0.9])
    s.case('lengths', 'sum(x[0:2])^2 + 2sum(x[0:3])^3 + 3sum(x[0:4:2])^2 + 4sum(x[0:4:3])^3', lambda x: total(x[:2]) ** 2 + 2 * total(x[:3]) ** 3 + 3 * total(x[0:4:2]) ** 2 + 4 * total(x[0:4:3]) ** 3, x=X4)
    s.case('rows-and-columns', 'sum(sin(A*x)) + 2sum(cos(A*reshape(x, 3, 1))) + 3sum(A[1]*A[:, 1]) + 4sum(A[1:, :]*A[:2, :]) + sum(A[:, 1:]*A[:, :2])',
           lambda A, x: total([[mp.sin(a * v) for a, v in zip(r, x)] for r in A]) + 2 * total([[mp.cos(a * v) for a in r] for r, v in zip(A, x)]) + 3 * dot(A[1], T(A)[1]) + 4 * weigh(A[1:], A[:2]) + total([dot(r[1:], r[:2]) for r in A]), A=S33, x=X3)
    s.case('sums-by-axis', 'sum(sin(sum(A, axis=0))) + 2sum(cos(sum(A, axis=1))) + 3sin(sum(A)) + sum(prod(A, axis=0)) + 2sum(prod(A, axis=1)) + sum(max(A, axis=0))*sum(max(A, axis=1)) + max(A)*min(A)',
           lambda A: total([mp.sin(total(c)) for c in T(A)]) + 2 * total([mp.cos(total(r)) for r in A]) + 3 * mp.sin(total(A)) + total([prod(c) for c in T(A)]) + 2 * total([prod(r) for r in A]) + total([max(c) for c in T(A)]) * total([max(r) for r in A]) + max(leaves(A)) * min(leaves(A)), A=S33)
    s.case('different-reductions', 'sum(x)*prod(x) + norm(x)*logsumexp(x) + max(x)*mean(x) - min(x)', lambda x: total(x) * prod(x) + norm(x) * lse(x) + max(x) * mean(x) - min(x), x=X4)
    s.case('shapes', 'sum(sin(reshape(x, 2, 3)@reshape(x, 3, 2))) + 2sum(cos(reshape(x, 3, 2)@reshape(x, 2, 3)))', lambda x: (lambda a, b: total(sin(mm(a, b))) + 2 * total(cos(mm(b, a))))([x[:3], x[3:]], [x[:2], x[2:4], x[4:]]), x=[0.9, -0.4, 1.3, 0.25, 1.6, -0.7])
    s.case('permutations', "let C = stack(A, 2A*A); sum(transpose(C)[0, 1]*C[0, 1, :2]) + 2sum(C'[1, 2]*A[2]^2) + 3sum(C[1]'*C[0])",
           lambda A: (lambda C: total([C[k][1][0] * C[0][1][k] for k in range(2)]) + 2 * total([C[1][j][2] * A[2][j] ** 2 for j in range(3)]) + 3 * total([C[1][j][i] * C[0][i][j] for i in range(3) for j in range(3)]))([A, deep(lambda v: 2 * v * v, A)]), A=S33)
    s.case('joins', 'sum(sin(concat(A, B))*concat(B, A)) + 2sum(cos(concat(A, B, axis=1))*concat(B, A, axis=1))', lambda A, B: weigh(sin(A + B), B + A) + 2 * weigh(cos([a + b for a, b in zip(A, B)]), [b + a for a, b in zip(A, B)]), A=[[0.9, -0.4], [0.25, 1.6]], B=[[0.3, 1.4], [1.05, -0.85]])
    s.case('running', 'dot([1,-2,3,0.5], cumsum(x)) + dot([2,1,-1,3], cumprod(x)) + dot([1,-2,3,0.5], flip(cumsum(flip(x)))) + 2sum(sin(cumsum(A, axis=0))) + 3sum(cos(cumsum(A, axis=1)))',
           lambda x, A: weigh([1, -2, 3, 0.5], cumsum(x)) + weigh([2, 1, -1, 3], cumprod(x)) + weigh([1, -2, 3, 0.5], cumsum(x[::-1])[::-1]) + 2 * total(sin(T([cumsum(c) for c in T(A)]))) + 3 * total(cos([cumsum(r) for r in A])), x=X4, A=S33)
    s.case('running-zero-and-one', 'dot(cumsum(x), cumprod(x)) + dot(cumsum(x), [1,2,3,4])', lambda x: dot(cumsum(x), cumprod(x)) + dot(cumsum(x), [1, 2, 3, 4]), x=X4)
    s.case('constants', 'sum([1,2,3]*x) + 2sum([1,2,4]*x^2) + 3sum([[1],[2],[3]]*x) + sum(ones(3)*sin(x)) + sum(zeros(3)*x) - 0*x[0] + 1/(1 + abs(x[1]))', lambda x: dot([1, 2, 3], x) + 2 * dot([1, 2, 4], [v * v for v in x]) + 18 * total(x) + total(sin(x)) + 1 / (1 + abs(x[1])), x=X3)
    s.case('sizes', 'sum(x)*length(x) + sum(y)*length(y) + sum(arange(3)*x) + sum(arange(4)*y)', lambda x, y: 3 * total(x) + 4 * total(y) + dot(range(3), x) + dot(range(4), y), x=X3, y=X4)
    s.case('order-of-operands', '(x - y)*sin(y - x) + x/y*cos(y/x) + x^y*sin(y^x) + atan2(x, y)*atan2(y, x) + (x < y ? x : 2y) + (y < x ? 3x : y)', lambda x, y: (x - y) * mp.sin(y - x) + x / y * mp.cos(y / x) + x**y * mp.sin(y**x) + mp.atan2(x, y) * mp.atan2(y, x) + x + y, x=0.7, y=1.3)
    s.case('three-operands', 'clip(x, y, 3)*clip(x, -3, y) + where(x > 0, y, x*y) + where(x > 0, x*y, y)*2', lambda x, y: max(x, y) * min(x, y) + y + 2 * x * y, x=0.7, y=1.3)
    s.case('branch-first', '(x > 0 ? sin(x*y)*2 : y) + sin(x*y) + cos(x*y)', lambda x, y: 3 * mp.sin(x * y) + mp.cos(x * y), x=0.7, y=1.3)
    s.case('other-branch-first', '(x > 1 ? sin(x*y)*2 : y) + sin(x*y)*(x > 1 ? cos(y) : 2cos(y)*x) + cos(y)', lambda x, y: y + mp.sin(x * y) * 2 * mp.cos(y) * x + mp.cos(y), x=0.7, y=1.3)
    s.case('both-branches', '(x > 0 ? exp(x)*sin(y) : exp(x)*cos(y)) + (y > 2 ? exp(x) : sin(y)*x)', lambda x, y: mp.exp(x) * mp.sin(y) + mp.sin(y) * x, x=0.7, y=1.3)
    s.case('shared-before-branch', 'let u = exp(x)*y; (x > 0 ? u*u : u) + (y > 0 ? sin(u) : u*x) + u', lambda x, y: (lambda u: u * u + mp.sin(u) + u)(mp.exp(x) * y), x=0.7, y=1.3)
    s.case('large-and-small-factors', 'param x; data d; 1e200*(1e200*d) + 1e-200*(1e-200*(1e300*x)) + x', lambda x, d: mpf(1e200) ** 2 * d + mpf(1e-200) ** 2 * mpf(1e300) * x + x, wrt=['x'], x=0.7, d=1e-300)
    s.write()


def infinite():
    """Partials that are infinite though nothing has a kink: 1/t overflows. What does not move has no influence there."""
    s = Suite('infinite.suite', ['Slopes that overflow: x/t with t = 1e-310. Where forward mode moves only y, the infinite slope of x has to stay',
                                 'without influence, whatever operation both go through. The verdict is inconclusive, and no mode may differ.'])
    t = 1e-310
    V = [3e-310, 1e-310, 2e-310]
    for name, formula, f in [
        ('sum', 'sum(u*y)', lambda u, y: dot(u, y)),
        ('dot', 'dot(u, y) + dot(y, y)', lambda u, y: dot(u, y) + dot(y, y)),
        ('slice', 'dot(u[1:], y[:2]) + u[0]*y[2]', lambda u, y: dot(u[1:], y[:2]) + u[0] * y[2]),
        ('reverse', 'dot(u[::-1], y)', lambda u, y: dot(u[::-1], y)),
        ('concat', 'dot(concat(u, y), concat(y, y))', lambda u, y: dot(u + y, y + y)),
        ('concat-three', 'dot(concat(u, y*y, [y[0]]), concat(y, y, [y[1]]))', lambda u, y: dot(u + [v * v for v in y] + [y[0]], y + y + [y[1]])),
        ('reshape', 'sum(reshape(u, 3, 1)*reshape(y, 3, 1))', lambda u, y: dot(u, y)),
        ('broadcast', 'sum(reshape(u, 3, 1)*y)', lambda u, y: total(u) * total(y)),
        ('product', 'sum(outer(u, y)@y)', lambda u, y: total(u) * dot(y, y)),
        ('matrix-product', "sum(stack(u, y)@stack(y, y)')", lambda u, y: 2 * dot(u, y) + 2 * dot(y, y)),
        ('matrix-vector', 'sum(stack(y, u)@y)', lambda u, y: dot(y, y) + dot(u, y)),
        ('vector-matrix', 'dot(u@stack(y, 2y, 3y), y)', lambda u, y: (u[0] + 2 * u[1] + 3 * u[2]) * dot(y, y)),
        ('transpose', "sum(stack(u, y)'@[1,2] * y)", lambda u, y: dot(u, y) + 2 * dot(y, y)),
        ('axis', "dot(sum(stack(u, y), axis=0), y) + dot(sum(stack(u, y), axis=1), [1,2])", lambda u, y: dot(u, y) + dot(y, y) + total(u) + 2 * total(y)),
        ('prod', 'prod(u)*sum(y) + prod(concat(u, y))', lambda u, y: prod(u) * total(y) + prod(u) * prod(y)),
        ('norm', 'norm(concat(u, y))', lambda u, y: norm(u + y)),
        ('logsumexp', 'logsumexp(concat(u, y))', lambda u, y: lse(u + y)),
        ('cumsum', 'dot(cumsum(concat(y, u)), concat(y, y))', lambda u, y: dot(cumsum(y + u), y + y)),
        ('cumsum-first', 'dot(cumsum(concat(u, y)), concat(y, y))', lambda u, y: dot(cumsum(u + y), y + y)),
        ('cumprod', 'dot(cumprod(concat(y, u)), concat(y, y))', lambda u, y: dot(cumprod(y + u), y + y)),
        ('where', 'sum(where(y > 1, u*y, y^2))', lambda u, y: total([a * b if b > 1 else b * b for a, b in zip(u, y)])),
        ('where-of-u', 'sum(where(y > 1, u, y)*y)', lambda u, y: total([a * b if b > 1 else b * b for a, b in zip(u, y)])),
        ('where-otherwise', 'sum(where(y > 1, y, u)*y)', lambda u, y: total([b * b if b > 1 else a * b for a, b in zip(u, y)])),
        ('where-constant', 'sum(where(y > 1, u, 2)*y)', lambda u, y: total([a * b if b > 1 else 2 * b for a, b in zip(u, y)])),
        ('where-nested', 'sum(where(y > 0.8, where(y > 1.5, y, u), y^2)*y)', lambda u, y: total([(b if b > mpf(1.5) else a) * b if b > mpf(0.8) else b**3 for a, b in zip(u, y)])),
        ('where-in-concat', 'dot(concat(where(y > 1, u, y), y*y), concat(y, y))', lambda u, y: total([a * b if b > 1 else b * b for a, b in zip(u, y)]) + total([b**3 for b in y])),
        ('where-in-product', 'dot(where(y > 1, u, y)@stack(y, 2y, 3y), y)', lambda u, y: total([(i + 1) * (a if b > 1 else b) for i, (a, b) in enumerate(zip(u, y))]) * dot(y, y)),
        ('where-in-sum', 'sum(where(y > 1, u, y))*y[0]', lambda u, y: total([a if b > 1 else b for a, b in zip(u, y)]) * y[0]),
        ('where-in-rows', 'dot(sum(where(stack(y, y) > 1, stack(u, y), stack(y, u)), axis=0), y)', lambda u, y: dot(u, y) + dot(y, y)),
        ('where-in-running', 'dot(cumsum(where(y > 1, u, y)), y)', lambda u, y: dot(cumsum([a if b > 1 else b for a, b in zip(u, y)]), y)),
        ('elementwise', 'sum(sin(u)*y + u/y + exp(u-3)*y)', lambda u, y: total([mp.sin(a) * b + a / b + mp.exp(a - 3) * b for a, b in zip(u, y)])),
        ('branch', '(y[0] > 0 ? dot(u, y) : sum(y)) * y[1]', lambda u, y: dot(u, y) * y[1]),
        ('branch-otherwise', '(y[0] < 0 ? sum(y) : dot(u, y)) * y[1]', lambda u, y: dot(u, y) * y[1]),
        ('branch-of-vectors', 'dot(y[0] > 0 ? u*y : y, y)', lambda u, y: total([a * b * b for a, b in zip(u, y)])),
        ('branch-of-both', 'dot(y[0] > 0 ? concat(u, y) : concat(y, u), concat(y, y))', lambda u, y: dot(u, y) + dot(y, y)),
        ('branch-without', '(y[0] > 0 ? dot(y, y) : sum(u)) + dot(u, y)', lambda u, y: dot(y, y) + dot(u, y)),
    ]:
        Y = [0.9, 1.4, 2.3]
        names = {'x': V, 'y': Y}

        def g(x, y, f=f):
            return f([mpf(v) / mpf(t) for v in x], y)
        exact_y = [slope(g, {k: deep(mpf, v) for k, v in names.items()}, 'y', (i,)) for i in range(3)]
        value = g(deep(mpf, V), deep(mpf, Y))
        s.lines.append(f'slope-{name}: param x; param y; data t; let u = x/t; {formula}')
        s.lines.append(f'    where x = {text(V)}, y = {text(Y)}, t = {t!r}')
        s.lines.append(f'    expect value = {text(value)}, grad y = {text(exact_y)}')
    s.write()


for write in (primitives, structures, choices, programs, rules, sharing, infinite):
    write()
