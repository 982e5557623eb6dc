"""
Values and derivatives of elementary and special functions to 40 digits, by mpmath. Reads rows with points from standard
input, as bench/fixtures.js writes them, and writes the fixtures: one line a row.

Derivatives are central differences at a precision at which their error is far below 40 digits: steps of 1e-40, relative
to arguments below 1, at 1,000 digits.
"""
import json
import sys

from mpmath import mp, mpf

mp.dps = 1000
STEP = mpf(10) ** -40


def trunc(x):
    return mp.floor(x) if x >= 0 else mp.ceil(x)


def nearest_even(x):
    below = mp.floor(x)
    rest = x - below
    if rest < mpf(1) / 2:
        return below
    if rest > mpf(1) / 2:
        return below + 1
    return below if below % 2 == 0 else below + 1


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def lgamma(x):
    # Above 1e30 log Γ differs from Stirling's series by less than any digit asked for.
    if x > mpf(10) ** 30:
        return (x - mpf(1) / 2) * mp.log(x) - x + mp.log(2 * mp.pi) / 2 + 1 / (12 * x) - 1 / (360 * x**3)
    return mp.log(abs(mp.gamma(x)))


def digamma(x):
    if x > mpf(10) ** 30:
        return mp.log(x) - sum(mp.bernoulli(2 * k) / (2 * k * x ** (2 * k)) for k in range(1, 20)) - 1 / (2 * x)
    return mp.digamma(x)


def polygamma(n, x):
    n = int(n)
    if n == 0:
        return digamma(x)
    if x > mpf(10) ** 30:
        total = mp.factorial(n - 1) / x**n + mp.factorial(n) / (2 * x ** (n + 1))
        for k in range(1, 20):
            total += mp.bernoulli(2 * k) * mp.factorial(2 * k + n - 1) / (mp.factorial(2 * k) * x ** (2 * k + n))
        return total if n % 2 else -total
    return mp.polygamma(n, x)


def gamma(x):
    if x > 200:
        return mp.inf
    return mp.gamma(x)


def exp(x):
    if x > 1e4:
        return mp.inf
    if x < -1e4:
        return mpf(0)
    return mp.exp(x)


def erfinv(x):
    # Newton's method from a start at low precision; the correct digits double with every step.
    if x == 0:
        return mpf(0)
    if abs(x) >= 1:
        raise ValueError('outside of the domain')
    with mp.workdps(40):
        q = 1 - abs(x)
        y = mp.erfinv(x) if q > 0.1 else mp.sign(x) * mp.sqrt(-mp.log(q))
        for _ in range(0 if q > 0.1 else 60):
            y += mp.sign(x) * (mp.erfc(abs(y)) - q) * mp.sqrt(mp.pi) / 2 * mp.exp(y * y)
    for _ in range(8):
        y -= (mp.erf(y) - x) * mp.sqrt(mp.pi) / 2 * mp.exp(y * y)
    return y


def normal(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def guarded(f):
    """A function whose arguments beyond 1e4 only matter by their sign."""
    return lambda x: f(max(min(x, mpf(10) ** 4), -(mpf(10) ** 4)))


FUNCTIONS = {
    'add': lambda a, b: a + b,
    'sub': lambda a, b: a - b,
    'mul': lambda a, b: a * b,
    'div': lambda a, b: a / b,
    'neg': lambda a: -a,
    'rem': lambda a, b: a - trunc(a / b) * b,
    'mod': lambda a, b: a - mp.floor(a / b) * b,
    'pow': lambda x, p: mp.power(x, int(p)) if p == mp.floor(p) else mp.exp(p * mp.log(x)) if x > 0 else mp.nan,
    'fma': lambda a, b, c: a * b + c,
    'abs': abs,
    'sign': mp.sign,
    'floor': mp.floor,
    'ceil': mp.ceil,
    'round': nearest_even,
    'exp': exp,
    'exp2': lambda x: exp(x * mp.log(2)),
    'expm1': lambda x: exp(x) - 1,
    'log': mp.log,
    'log2': lambda x: mp.log(x) / mp.log(2),
    'log10': lambda x: mp.log(x) / mp.log(10),
    'log1p': lambda x: mp.log(1 + x),
    'sqrt': mp.sqrt,
    'cbrt': lambda x: mp.sign(x) * mp.exp(mp.log(abs(x)) / 3),
    'sin': mp.sin,
    'cos': mp.cos,
    'tan': mp.tan,
    'asin': mp.asin,
    'acos': mp.acos,
    'atan': mp.atan,
    'atan2': lambda y, x: mp.atan2(y, x),
    'hypot': lambda a, b: mp.sqrt(a * a + b * b),
    'sinh': lambda x: (exp(x) - exp(-x)) / 2,
    'cosh': lambda x: (exp(x) + exp(-x)) / 2,
    'tanh': guarded(mp.tanh),
    'sech2': guarded(lambda x: 1 / mp.cosh(x) ** 2),
    'digammaGap': lambda x, d: digamma(x + d) - digamma(x),
    'asinh': lambda x: mp.sign(x) * mp.log(abs(x) + mp.sqrt(x * x + 1)),
    'acosh': lambda x: mp.log(x + mp.sqrt(x * x - 1)),
    'atanh': mp.atanh,
    'maximum': max,
    'minimum': min,
    'clip': lambda x, low, high: min(max(x, low), high),
    'relu': lambda x: max(x, mpf(0)),
    'sigmoid': guarded(sigmoid),
    'softplus': lambda x: x if x > 1e4 else mp.log(1 + exp(x)),
    'silu': lambda x: x * guarded(sigmoid)(x),
    'gelu': lambda x: x if x > 1e3 else mpf(0) if x < -1e3 else x * normal(x),
    'erf': lambda x: mp.sign(x) if abs(x) > 1e3 else mp.erf(x),
    'erfc': lambda x: (2 if x < 0 else 0) + mpf(0) if abs(x) > 1e3 else mp.erfc(x),
    'erfinv': erfinv,
    'gamma': gamma,
    'lgamma': lgamma,
    'digamma': digamma,
    'trigamma': lambda x: polygamma(1, x),
    'polygamma': polygamma,
    'beta': lambda a, b: mp.gamma(a) * mp.gamma(b) / mp.gamma(a + b),
}


def digits(x):
    if isinstance(x, mp.mpc) or mp.isnan(x):
        return 'NaN'
    if mp.isinf(x):
        return 'Infinity' if x > 0 else '-Infinity'
    return mp.nstr(x, 40, min_fixed=0, max_fixed=0)


def moved(at, steps):
    return [x + steps.get(i, 0) for i, x in enumerate(at)]


def attempt(function, args):
    try:
        value = function(*args)
    except (ValueError, ZeroDivisionError):
        return mp.nan
    return mp.nan if isinstance(value, mp.mpc) else mpf(value)


def derivatives(function, xs, free):
    """The value, first and second derivatives of a function at a point; zeros for arguments that are not free."""
    h = [STEP * min(abs(x), 1) if x != 0 else STEP for x in xs]

    def value(steps):
        return attempt(function, [x + steps.get(i, 0) for i, x in enumerate(xs)])

    def second(i, j):
        if i not in free or j not in free:
            return mpf(0)
        if i == j:
            return (value({i: h[i]}) - 2 * centre + value({i: -h[i]})) / h[i] ** 2
        outer = value({i: h[i], j: h[j]}) + value({i: -h[i], j: -h[j]})
        inner = value({i: h[i], j: -h[j]}) + value({i: -h[i], j: h[j]})
        return (outer - inner) / (4 * h[i] * h[j])

    places = range(len(xs))
    centre = value({})
    first = [(value({i: h[i]}) - value({i: -h[i]})) / (2 * h[i]) if i in free else mpf(0) for i in places]
    return [centre, *first, *(second(i, j) for i in places for j in places)]


def scales(function, xs, free, here):
    """For each number how large it is on both sides, a quarter of the argument or of 1 away, if 50 times larger there."""
    found = [mpf(0)] * len(here)
    with mp.workdps(200):
        for i, far in ((i, far) for i in free for far in {mpf(1) / 4, abs(xs[i]) / 4}):
            sides = [
                derivatives(function, [x + (d if k == i else 0) for k, x in enumerate(xs)], free) for d in (-far, far)
            ]
            for n, x in enumerate(here):
                low = min(abs(side[n]) for side in sides)
                if mp.isfinite(low) and low > 50 * abs(x):
                    found[n] = max(found[n], low)
    return found


def fixture(function, kind, at, whole):
    xs = [mpf(x) for x in at]
    free = [i for i in range(len(xs)) if i not in whole]
    numbers = derivatives(function, xs, free)
    near = scales(function, xs, free, numbers)
    return {'kind': kind, 'at': at, 'truth': [digits(x) for x in numbers], 'scale': [float(x) for x in near]}


lines = []
for row in json.load(sys.stdin):
    f = FUNCTIONS.get(row['name'])
    if f is None:
        print(f"no function for {row['name']}", file=sys.stderr)
        sys.exit(1)
    print(row['name'], len(row['points']), file=sys.stderr)
    points = [fixture(f, kind, at, row['whole']) for kind, at in row['points']]
    lines.append(json.dumps(row['name']) + ': ' + json.dumps(points))
print('{\n' + ',\n'.join(lines) + '\n}')
