"""Reference values of Gaussian averages, computed from the values of the functions alone.

    pip install mpmath numpy
    python3 test/averages/reference.py > test/averages/reference.json
    npx prettier --write test/averages/reference.json

By the definition of the derivative of a distribution, and in whitened coordinates x with z = L x,

    < d^k/dz_a d^m/dz_b ... F(z) > = integral of F(L x) times Hermite polynomials in x times the normal density,

so kinks need no special treatment and no derivative of F is taken. Three ways to integrate:

- lattice:   L has entries in multiples of 1/4 or so, the trapezoidal rule then meets every function on one line of points;
- factors:   z_s = a_s x_0 + b_s x_s, panels of Gauss-Legendre nodes end at the kinks, an integral over x_0 outside;
- line:      all samples are multiples of one.

Kernels are exact in binary. Precision: 34 to 60 digits for one sample and two on a lattice, 64-bit mantissas beyond.
"""

import itertools
import json
import sys

import mpmath as mp
import numpy as np

mp.mp.dps = 60
LONG = np.longdouble


# ---- functions: pieces of analytic functions between kinks --------------------------------------------------

def smooth(f):
    return {"kinks": [], "pieces": [f]}


def kinked(kinks, *pieces):
    """Every piece as its values and first two derivatives, for mpmath numbers and arrays of numpy alike."""
    return {"kinks": [mp.mpf(k) for k in kinks], "pieces": list(pieces)}


def either(exact, fast):
    return lambda z: fast(z) if isinstance(z, np.ndarray) else exact(z)


EXP, SIN, COS, TANH = either(mp.exp, np.exp), either(mp.sin, np.sin), either(mp.cos, np.cos), either(mp.tanh, np.tanh)


def straight(slope, shift=0):
    return [lambda z: slope * z + shift, lambda z: slope + 0 * z, lambda z: 0 * z]


SINE = [lambda z: SIN(z) / 2, lambda z: COS(z) / 2, lambda z: -SIN(z) / 2]
TANGENT = [TANH, lambda z: 1 - TANH(z) ** 2, lambda z: -2 * TANH(z) * (1 - TANH(z) ** 2)]

FUNCTIONS = {
    "tanh": smooth(mp.tanh),
    "sigmoid": smooth(lambda z: 1 / (1 + mp.exp(-z))),
    "erf": smooth(mp.erf),
    "sin": smooth(mp.sin),
    "cos": smooth(mp.cos),
    "exp": smooth(mp.exp),
    "gaussian": smooth(lambda z: mp.exp(-z * z / 2)),
    "softplus": smooth(lambda z: mp.log(1 + mp.exp(z)) if z < 60 else z + mp.exp(-z) - mp.exp(-2 * z) / 2),
    "gelu": smooth(lambda z: z * (1 + mp.erf(z / mp.sqrt(2))) / 2),
    "silu": smooth(lambda z: z / (1 + mp.exp(-z))),
    "snake": smooth(lambda z: z + mp.sin(z) ** 2),
    "cubic": smooth(lambda z: z**3 - z / 2 + mp.mpf(1) / 4),
    "rational": smooth(lambda z: z / (1 + z * z)),
    "relu": kinked([0], straight(0), straight(1)),
    "leaky": kinked([0], straight(0.25), straight(1)),
    "abs": kinked([0], straight(-1), straight(1)),
    "hard_tanh": kinked([-1, 1], straight(0, -1), straight(1), straight(0, 1)),
    "elu": kinked([0], [lambda z: EXP(z) - 1, EXP, EXP], straight(1)),
    "tanh_sin": kinked([0.5], SINE, TANGENT),
    "shifted_relu": kinked([0.25], straight(0), straight(1, -0.25)),
}


def piece_value(name, at, z, derivative):
    """The derivative at z of the piece that holds at `at` (a point inside the panel)."""
    f = FUNCTIONS[name]
    piece = f["pieces"][sum(1 for k in f["kinks"] if k < at)]
    if isinstance(piece, list):
        return piece[derivative](z)
    return piece(z) if derivative == 0 else mp.diff(piece, z, derivative)


def product_value(name, factors, at, z):
    """prod_f f^(derivative)(scale z)^power; factors are (derivative, power, scale)."""
    value = 1
    for derivative, power, scale in factors:
        value *= piece_value(name, scale * at, scale * z, derivative) ** power
    return value


def hermite(k, x):
    before, value = x * 0, x * 0 + 1
    for j in range(k):
        before, value = value, x * value - j * before
    return value


# ---- lattice --------------------------------------------------------------------------------------------------

def lattice(name, L, products, counts, h, radius, grain):
    """L in units of 1/grain; products[s] = [(derivative, power)]; counts[b] derivatives along basis sample b.

    The first rank rows of L are lower triangular; the others depend on them. Derivatives along the basis are total,
    which in x is d/dz_b = sum_j (L^-1)_jb d/dx_j.
    """
    rank = len(L[0])
    inverse = mp.matrix([[mp.mpf(L[i][j]) / grain for j in range(rank)] for i in range(rank)]) ** -1
    polynomials = derivative_polynomial(inverse, counts, rank)
    n = int(radius / h)
    tables = []
    for s, row in enumerate(L):
        reach = sum(abs(e) for e in row) * n
        factors = [(d, p, 1) for d, p in products[s]]
        step = mp.mpf(h) / grain
        tables.append([product_value(name, factors, i * step, i * step) for i in range(-reach, reach + 1)] if factors else None)
    if rank <= 2 and (2 * n + 1) ** rank < 60000:
        return lattice_exact(L, tables, polynomials, mp.mpf(h), n, rank)
    return lattice_long(L, tables, polynomials, h, n, rank)


def derivative_polynomial(inverse, counts, rank):
    """prod_b (sum_j inverse_jb d/dx_j)^counts[b] as {multi-index over x: coefficient}."""
    poly = {tuple([0] * rank): mp.mpf(1)}
    for b, count in enumerate(counts):
        for _ in range(count):
            raised = {}
            for index, c in poly.items():
                for j in range(rank):
                    if inverse[j, b] == 0:
                        continue
                    up = tuple(v + (1 if q == j else 0) for q, v in enumerate(index))
                    raised[up] = raised.get(up, mp.mpf(0)) + c * inverse[j, b]
            poly = raised
    return poly


def lattice_exact(L, tables, poly, h, n, rank):
    axis = range(-n, n + 1)
    weight = {i: h * mp.npdf(i * h) for i in axis}
    highest = max(max(index) for index in poly)
    herm = [{i: hermite(k, i * h) for i in axis} for k in range(highest + 1)]
    total = mp.mpf(0)
    for x in itertools.product(axis, repeat=rank):
        value = mp.fprod(weight[i] for i in x)
        value *= mp.fsum(c * mp.fprod(herm[k][i] for k, i in zip(index, x)) for index, c in poly.items())
        for row, table in zip(L, tables):
            if table is not None:
                value *= table[sum(e * i for e, i in zip(row, x)) + len(table) // 2]
        total += value
    return total


def lattice_long(L, tables, poly, h, n, rank):
    tables = [None if t is None else np.array([to_long(v) for v in t]) for t in tables]
    axis = np.arange(-n, n + 1)
    x = axis * LONG(h)
    weight = np.array([to_long(mp.mpf(h) * mp.npdf(mp.mpf(h) * int(i))) for i in axis])
    highest = max(max(index) for index in poly)
    herm = [weight * hermite(k, x) for k in range(highest + 1)]
    inner = rank - 1
    grids = np.meshgrid(*([axis] * inner), indexing="ij", sparse=True)
    total = LONG(0)
    for first in axis:
        value = np.ones((1,) * inner, dtype=LONG)
        for row, table in zip(L, tables):
            if table is None:
                continue
            index = row[0] * first + len(table) // 2 + sum(e * g for e, g in zip(row[1:], grids) if e != 0)
            value = value * table[index]
        density = np.zeros((1,) * inner, dtype=LONG)
        for index, c in poly.items():
            term = to_long(c) * herm[index[0]][first + n]
            for j in range(inner):
                shape = [1] * inner
                shape[j] = len(axis)
                term = term * herm[index[j + 1]].reshape(shape)
            density = density + term
        total += np.sum(value * density)
    return total


# ---- one common factor ----------------------------------------------------------------------------------------

GAUSS = None


def gauss_nodes():
    global GAUSS
    if GAUSS is None:
        degree = 20
        guess, _ = np.polynomial.legendre.leggauss(degree)
        nodes = [mp.findroot(lambda t: mp.legendre(degree, t), mp.mpf(float(g))) for g in guess]
        weights = []
        for t in nodes:
            slope = degree * (t * mp.legendre(degree, t) - mp.legendre(degree - 1, t)) / (t * t - 1)
            weights.append(2 / ((1 - t * t) * slope**2))
        GAUSS = nodes, weights
    return GAUSS


def panels(radius, width, extra):
    count = int(2 * radius / width)
    edges = [mp.mpf(-radius) + mp.mpf(2 * radius) * p / count for p in range(count + 1)]
    edges = sorted(set(edges + [e for e in extra if abs(e) < radius]))
    return list(zip(edges, edges[1:]))


def long_rule(radius, width, extra):
    """Nodes, normal weights and the middles of their panels."""
    nodes, weights = (np.array([to_long(v) for v in column]) for column in gauss_nodes())
    parts = []
    for low, high in panels(radius, width, extra):
        middle, half = to_long((low + high) / 2), to_long((high - low) / 2)
        x = middle + half * nodes
        density = np.exp(-x * x / 2) / np.sqrt(2 * LONG(mp.nstr(mp.pi, 25)))
        parts.append((x, half * weights * density, middle))
    return parts


def to_long(value):
    return LONG(mp.nstr(mp.mpf(value), 25))


def smoothed(name, factors, k, m, b):
    """< d^k [prod](m + b y) > over y."""
    kinks = [(kink / scale - m) / b for kink in FUNCTIONS[name]["kinks"] for _, _, scale in factors[:1]]
    m, b = to_long(m), to_long(b)
    total = LONG(0)
    for y, weight, middle in long_rule(10, 2, kinks):
        total += np.sum(weight * product_value(name, factors, float(m + b * middle), m + b * y) * hermite(k, y))
    return total / b**k


def as_function(product, count):
    """A second derivative of a function with a kink is none: both derivatives go to the Hermite polynomial."""
    if product == D2:
        return [(0, 1, 1)], count + 2
    return [(d, p, 1) for d, p in product], count


def common_factor(name, a, variance, products, counts):
    """K_st = a_s a_t + delta_st variance_s."""
    b = [mp.sqrt(v) for v in variance]
    fine = [
        (kink + b[s] * offset) / mp.mpf(a[s])
        for s in range(len(a))
        for kink in FUNCTIONS[name]["kinks"]
        for offset in ([-9, -6, -4, -2, 0, 2, 4, 6, 9] if b[s] < 0.3 * abs(a[s]) else [])
    ]
    total = LONG(0)
    for xs, weights, _ in long_rule(9, 1.5, fine):
        for x, weight in zip(xs, weights):
            for s, product in enumerate(products):
                if product:
                    m = mp.mpf(str(x)) * a[s]
                    weight = weight * smoothed(name, *as_function(product, counts[s]), m, b[s])
            total += weight
    return total


# ---- one line -------------------------------------------------------------------------------------------------

def line(name, deviation, scales, products, count):
    """z_s = scales[s] z, z of the given deviation; total derivatives along z."""
    factors = [(d, p, scale) for scale, product in zip(scales, products) for d, p in product]
    kinks = [kink / scale / deviation for kink in FUNCTIONS[name]["kinks"] for _, _, scale in factors if scale != 0]
    nodes, weights = gauss_nodes()
    width = mp.mpf(1) / max(1, deviation * max(abs(s) for s in scales))
    total = mp.mpf(0)
    for low, high in panels(16, min(1, width), kinks):
        middle, half = (low + high) / 2, (high - low) / 2
        for t, w in zip(nodes, weights):
            x = middle + half * t
            value = product_value(name, factors, deviation * middle, deviation * x)
            total += w * half * value * hermite(count, x) * mp.npdf(x)
    return total / mp.mpf(deviation) ** count


# ---- cases ----------------------------------------------------------------------------------------------------

SMOOTH = ["tanh", "sigmoid", "erf", "sin", "cos", "gaussian", "softplus", "gelu", "silu", "snake", "cubic", "rational"]
KINKED = ["relu", "leaky", "abs", "hard_tanh", "elu", "tanh_sin", "shifted_relu"]
S, S2, S4 = [(0, 1)], [(0, 2)], [(0, 4)]
D1, D1D1, D2, SD1 = [(1, 1)], [(1, 2)], [(2, 1)], [(0, 1), (1, 1)]
NONE = []


def lattice_kernel(L, grain):
    return [[sum(p * q for p, q in zip(r, t)) / grain**2 for t in L] for r in L]


def factor_kernel(a, variance):
    return [[a[s] * a[t] + (variance[s] if s == t else 0) for t in range(len(a))] for s in range(len(a))]


def lattice_job(name, L, grain, products, counts, h=0.2, radius=12):
    h = h / 2 if name == "rational" else h  # the poles at +-i are nearest
    return ("lattice", name, lattice_kernel(L, grain), products, counts, (L, h, radius, grain))


def factor_job(name, a, variance, products, counts):
    return ("factor", name, factor_kernel(a, variance), products, counts, (a, variance))


def line_job(name, deviation, scales, products, count, basis=0):
    kernel = [[deviation**2 * s * t for t in scales] for s in scales]
    counts = [count if s == basis else 0 for s in range(len(scales))]
    return ("line", name, kernel, products, counts, (deviation, scales, count))


def jobs():
    return [job for job in all_jobs() if not squares_a_delta(job)]


def squares_a_delta(job):
    """The derivative of a function with a jump has a delta, which has no powers."""
    _, name, _, products, _, _ = job
    return name == "tanh_sin" and any(d == 1 for product in products for d, _ in product)


def all_jobs():
    # One sample: every order the recursions need at 1/n^2, and small and large kernels.
    one = [([S2], 0), ([S2], 2), ([S4], 4), ([S2], 8), ([S4], 6), ([D1D1], 2), ([SD1], 1), ([[(0, 2), (1, 2)]], 0), ([[(2, 2)]], 0)]
    for name in SMOOTH:
        for products, count in one:
            yield line_job(name, 1.25, [1], products, count)
        for deviation, orders in [(2.0**-13, [0, 2, 4]), (2.0**5, [0, 2, 4])]:
            for count in orders:
                yield line_job(name, deviation, [1], [S2], count)
    for name in KINKED:
        for products, count in one[:6]:
            yield line_job(name, 1.25, [1], products, count)
        for count in [0, 2, 4]:
            yield line_job(name, 2.0**-13, [1], [S2], count)
            yield line_job(name, 2.0**5, [1], [S2], count)
    # Two samples.
    two = [([S, S], [0, 0]), ([S, S], [1, 1]), ([S2, S2], [2, 0]), ([S2, S2], [2, 2]), ([SD1, SD1], [1, 1]), ([D1D1, D1D1], [0, 0]), ([S, S], [4, 4]), ([S2, S2], [3, 3])]
    for name in SMOOTH:
        for products, counts in two:
            yield lattice_job(name, [[4, 0], [2, 3]], 4, products, counts)
        yield lattice_job(name, [[4, 0], [-3, 1]], 2**15, [S, S], [1, 1], radius=16)
    for name in KINKED:
        for products, counts in two[:6] + [([D2, D2], [0, 0]), ([S, S], [3, 3])]:
            yield factor_job(name, [0.75, -0.5], [0.4375, 0.25], products, counts)
        yield factor_job(name, [1, 1], [2.0**-10, 2.0**-10], [S, S], [0, 0])
        yield factor_job(name, [1, 1], [2.0**-20, 2.0**-20], [S, S], [1, 1])
    # Large kernels: two samples of variance 1024 and 1280.
    for name in ["tanh", "gelu", "softplus", "sin"]:
        for counts in [[0, 0], [1, 1]]:
            yield lattice_job(name, [[2, 0], [1, 2]], 2**-4, [S, S], counts, h=0.004, radius=9)
    # Three samples.
    three = [([S2, S, S], [0, 0, 0]), ([S2, S, S], [0, 1, 1]), ([S2, S2, S2], [2, 0, 2]), ([S, S, D1], [2, 1, 2])]
    for name in SMOOTH:
        for products, counts in three:
            yield lattice_job(name, [[4, 0, 0], [2, 3, 0], [-1, 1, 3]], 4, products, counts, radius=12)
    for name in KINKED:
        for products, counts in three + [([S2, D1D1, D1D1], [0, 1, 1])]:
            yield factor_job(name, [0.75, -0.5, 0.5], [0.4375, 0.25, 0.75], products, counts)
    # Four samples.
    four = [([S, S, S, S], [0, 0, 0, 0]), ([S, S, S, S], [1, 1, 1, 1]), ([S, S, S, S], [2, 1, 2, 1])]
    for name in SMOOTH:
        if name in ["rational", "cubic"]:
            continue
        for products, counts in four:
            yield lattice_job(name, [[4, 0, 0, 0], [2, 3, 0, 0], [-1, 1, 3, 0], [1, -1, 1, 3]], 4, products, counts, h=0.275, radius=11)
    for name in KINKED:
        for products, counts in four:
            yield factor_job(name, [0.75, -0.5, 0.5, 0.25], [0.4375, 0.25, 0.75, 0.5], products, counts)
    # Parallel, antiparallel, equal and vanishing samples: derivatives along the first are total.
    for name in ["tanh", "gelu", "softplus", "relu", "hard_tanh", "tanh_sin", "elu"]:
        for scales in [[1, 1], [1, -1], [1, 0.5], [1, -2, 0.5]]:
            products = [S2] + [S] * (len(scales) - 1) if len(scales) == 3 else [S, S]
            for count in [0, 1, 2]:
                yield line_job(name, 1.25, scales, products, count)
    for name in ["gelu", "softplus", "cos", "sigmoid", "leaky"]:
        yield line_job(name, 1.25, [1, 0], [S2, S], 2)
    # Three samples of which one is the sum or difference of the others.
    for name in SMOOTH:
        for products, counts in [([S2, S, S], [0, 0, 0]), ([S2, S, S], [1, 1, 0]), ([S, S2, S], [2, 2, 0])]:
            yield lattice_job(name, [[2, 0], [1, 2], [1, -2]], 4, products, counts)


def evaluate(job):
    kind, name, kernel, products, counts, rest = job
    mp.mp.dps = 60 if kind == "lattice" else 34
    if kind == "lattice":
        L, h, radius, grain = rest
        counts_b = counts[: len(L[0])]
        value = lattice(name, L, products, counts_b, h, radius, grain)
    elif kind == "factor":
        value = common_factor(name, *rest, products, counts)
    else:
        deviation, scales, count = rest
        value = line(name, mp.mpf(deviation), [mp.mpf(s) for s in scales], products, count)
    return {
        "activation": name,
        "kernel": kernel,
        "factors": [[s, d, p] for s, product in enumerate(products) for d, p in product],
        "derivatives": [s for s, count in enumerate(counts) for _ in range(count)],
        "value": float(value),
    }


def evaluate_group(numbered):
    return [(number, evaluate(job)) for number, job in numbered]


if __name__ == "__main__":
    from multiprocessing import Pool

    numbered = list(enumerate(jobs()))
    groups = [[entry for entry in numbered if entry[1][1] == name] for name in KINKED + SMOOTH]
    with Pool(2) as pool:
        done = [case for group in pool.imap_unordered(evaluate_group, groups, chunksize=1) for case in group]
    print("[")
    print(",\n".join(json.dumps(case) for _, case in sorted(done, key=lambda entry: entry[0])))
    print("]")
