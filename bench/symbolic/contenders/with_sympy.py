"""SymPy in a process of its own: speaks as child.js does."""

import json
import sys
import time

import sympy
from sympy.core.cache import clear_cache
from sympy.parsing.sympy_parser import parse_expr, rationalize, standard_transformations

TRANSFORMATIONS = (*standard_transformations, rationalize)
FUNCTIONS = {"max": sympy.Max, "min": sympy.Min, "abs": sympy.Abs}


def log10(x):
    return sympy.log(x, 10)


FINISH = {
    "diff": lambda e: e,
    "simplify": sympy.simplify,
    "diff, complex": lambda e: e,
    "simplify, complex": sympy.simplify,
}


def derive(setting, text, wrt, names):
    real = {} if "complex" in setting else {"real": True}
    symbols = {name: sympy.Symbol(name, **real) for name in names}
    formula = parse_expr(text, {**FUNCTIONS, "log10": log10, **symbols}, TRANSFORMATIONS)
    return [FINISH[setting](sympy.diff(formula, symbols[name])) for name in wrt]


COMPARISONS = {
    sympy.StrictLessThan: "Less",
    sympy.LessThan: "LessEqual",
    sympy.StrictGreaterThan: "Greater",
    sympy.GreaterThan: "GreaterEqual",
    sympy.Equality: "Equal",
    sympy.Unequality: "NotEqual",
    sympy.And: "and",
    sympy.Or: "or",
    sympy.Not: "not",
}
LOWER = {"Abs": "abs", "Max": "max", "Min": "min", "DiracDelta": "diracdelta"}


def expression(e):
    if e.is_Symbol:
        return e.name
    if e.is_Integer:
        return str(e) if e >= 0 else ["Negate", str(-e)]
    if e.is_Rational:
        return ["Divide", expression(sympy.Integer(e.p)), str(e.q)]
    if e.is_Float:
        return str(e) if e >= 0 else ["Negate", str(-e)]
    if e is sympy.pi:
        return "pi"
    if e is sympy.E:
        return "e"
    if e is sympy.true or e is sympy.false:
        return e is sympy.true
    if isinstance(e, sympy.Piecewise):
        result = "nothing"
        for value, condition in reversed(e.args):
            result = ["Select", expression(condition), expression(value), result]
        return result
    if e.is_Add or e.is_Mul:
        return ["Add" if e.is_Add else "Multiply", *map(expression, e.args)]
    if e.is_Pow:
        return ["Power", *map(expression, e.args)]
    for kind, name in COMPARISONS.items():
        if isinstance(e, kind):
            if len(e.args) == 1:
                return [name, expression(e.args[0])]
            result = expression(e.args[0])
            for arg in e.args[1:]:
                result = [name, result, expression(arg)]
            return result
    if not e.is_Function:
        raise ValueError(f"not differentiated: {e}")
    name = type(e).__name__
    if name == "Heaviside":
        return ["step", expression(e.args[0])]
    return [LOWER.get(name, name), *map(expression, e.args)]


def answer(request):
    clear_cache()
    before = time.perf_counter()
    try:
        found = derive(request["setting"], request["text"], request["wrt"], request["names"])
        printed = [str(e) for e in found]
    except Exception as error:  # whatever goes wrong, it has no answer
        return {"refused": f"{type(error).__name__}: {error}"[:200]}
    milliseconds = (time.perf_counter() - before) * 1000
    try:
        expressions = [expression(e) for e in found]
    except ValueError as error:
        return {"milliseconds": milliseconds, "printed": printed, "refused": str(error)[:200]}
    return {"milliseconds": milliseconds, "printed": printed, "expressions": expressions}


print(json.dumps({"notation": "python", "settings": list(FINISH), "version": sympy.__version__}), flush=True)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
