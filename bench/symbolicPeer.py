"""SymPy's part of the symbolic benchmark: reads names of cases, answers milliseconds and number of terms.

Sparse polynomials of sympy.polys.rings are used, the fastest representation SymPy has.
"""

import sys
import time

from sympy import ZZ
from sympy.polys.rings import ring


def wick():
    pairs = [(i, j) for i in range(12) for j in range(i + 1, 12)]
    R, *symbols = ring([f"d{i}_{j}" for i, j in pairs], ZZ)
    d = dict(zip(pairs, symbols))
    known = {(): R.one}

    def moment(legs):
        if legs not in known:
            first, rest = legs[0], legs[1:]
            total = R.zero
            for k, partner in enumerate(rest):
                total = total + d[first, partner] * moment(rest[:k] + rest[k + 1 :])
            known[legs] = total
        return known[legs]

    return moment(tuple(range(12)))


def square():
    R, *symbols = ring([f"a{k}" for k in range(60)], ZZ)
    return sum(symbols, R.zero) ** 2


def power():
    R, *symbols = ring("x,y,z,t", ZZ)
    return (1 + sum(symbols, R.zero)) ** 20


CASES = {"wick": wick, "square": square, "power": power}

for line in sys.stdin:
    start = time.perf_counter()
    result = CASES[line.strip()]()
    elapsed = time.perf_counter() - start
    print(1000 * elapsed, len(result), flush=True)
