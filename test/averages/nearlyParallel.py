"""Averages of products of ReLUs over three and four samples, some nearly parallel, with 40 digits.

    pip install mpmath
    python3 test/averages/nearlyParallel.py > test/averages/nearlyParallel.json
    npx prettier --write test/averages/nearlyParallel.json

Gaussian integration by parts lowers powers, a derivative of a step conditions on its sample; what is left are orthant
probabilities: arcsines up to three variables, Plackett's integral for four. Kernels are doubles, taken as exact.
"""

import json

import mpmath as mp

mp.mp.dps = 60


def given(K, u):
    rest = [i for i in range(len(K)) if i != u]
    return [[K[i][j] - K[i][u] * K[u][j] / K[u][u] for j in rest] for i in rest], rest


def orthant(K):
    n = len(K)
    r = [[K[i][j] / mp.sqrt(K[i][i] * K[j][j]) for j in range(n)] for i in range(n)]
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    if n <= 3:
        sines = sum((mp.asin(r[i][j]) for i, j in pairs), mp.mpf(0))
        return mp.mpf(2) ** -n + sines * mp.mpf(2) ** (1 - n) / mp.pi

    def along(t):
        path = [[r[i][j] if i == j else t * r[i][j] for j in range(n)] for i in range(n)]
        total = mp.mpf(0)
        for i, j in pairs:
            first, _ = given(path, j)
            second, _ = given(first, i)
            total += r[i][j] / mp.sqrt(1 - (t * r[i][j]) ** 2) * orthant(second) / (2 * mp.pi)
        return total

    # t = 1 - s^2 takes the root at the upper end away; the places where pairs become parallel crowd there.
    ends = [mp.mpf(0), *(mp.mpf(10) ** -k for k in range(8, -1, -1))]
    return mp.mpf(2) ** -n + mp.quad(lambda s: 2 * s * along(1 - s * s), ends)


def moment(K, factors):
    """factors: (power, step) of each variable."""
    for s, (power, step) in enumerate(factors):
        if power == 0:
            continue
        rest = list(factors)
        rest[s] = (power - 1, step)
        total = mp.mpf(0)
        for u, (q, has_step) in enumerate(rest):
            if q > 0:
                lower = list(rest)
                lower[u] = (q - 1, has_step)
                total += K[s][u] * q * moment(K, lower)
            elif has_step:
                C, others = given(K, u)
                density = 1 / mp.sqrt(2 * mp.pi * K[u][u])
                total += K[s][u] * density * moment(C, [rest[i] for i in others])
        return total
    chosen = [i for i, (_, step) in enumerate(factors) if step]
    return orthant([[K[i][j] for j in chosen] for i in chosen])


def average(K, factors, derivatives):
    """factors: (sample, derivative of the ReLU), derivatives: samples."""
    if derivatives:
        return sum(
            (
                average(K, [(t, d + (k == m)) for m, (t, d) in enumerate(factors)], derivatives[1:])
                for k, (s, _) in enumerate(factors)
                if s == derivatives[0]
            ),
            mp.mpf(0),
        )
    powers = [(0, False)] * len(K)
    labels = list(range(len(K)))
    weight = mp.mpf(1)
    for s, d in factors:
        if d < 2:
            powers[s] = (powers[s][0] + 1 - d, True)
    for s in [s for s, d in factors if d == 2]:
        u = labels.index(s)
        assert powers[u] == (0, False), "a step at its own delta"
        weight /= mp.sqrt(2 * mp.pi * K[u][u])
        K, others = given(K, u)
        powers, labels = [powers[i] for i in others], [labels[i] for i in others]
    return weight * moment(K, powers)


def kernel(rows):
    return [[0.1 + sum(x * y for x, y in zip(r, t)) for t in rows] for r in rows]


def moved(x, direction, by):
    return [a + by * b for a, b in zip(x, direction)]


X, Y, Z = [1, 0.5, -0.3], [0.2, -0.7, 0.9], [0.7, 0.4, 0.1]
P, Q = [0.3, -0.7, 0.2], [-0.5, -0.2, 0.9]

cases = []
for by in (1e-1, 1e-3, 1e-5, 1e-6):
    families = {
        "all three": [X, moved(X, P, by), moved(X, Q, by)],
        "two of three": [X, Y, moved(X, Q, by)],
        "near the plane of two": [X, Y, moved(moved(X, Y, 0.5), [0.4, 0.1, 0.8], by)],
        "two of four": [X, Y, Z, moved(X, Q, by)],
    }
    for name, rows in families.items():
        requests = [
            ([(0, 0), (1, 0), (2, 0)], []),
            ([(0, 0), (1, 0), (2, 0), (2, 0)], []),
            ([(0, 1), (1, 1), (2, 0)], []),
            ([(1, 0), (2, 0)], [1, 2]),
            ([(1, 1), (2, 1)], [1, 2]),
            ([(0, 0), (1, 1), (2, 1)], [0, 1]),
        ]
        if len(rows) == 4:
            requests = [([(0, 0), (1, 1), (3, 0)], []), ([(0, 1), (1, 1), (2, 1), (3, 1)], []), ([(0, 1), (1, 0), (2, 0), (3, 1)], [])]
        K = kernel(rows)
        exact = [[mp.mpf(entry) for entry in row] for row in K]
        for factors, derivatives in requests:
            mp.mp.dps = 60 if len(rows) < 4 else 40
            value = average(exact, factors, derivatives)
            cases.append(
                {"samples": name, "by": by, "kernel": K, "factors": factors, "derivatives": derivatives, "value": float(value)}
            )

print(json.dumps(cases))
