/** Quadrature rules on [-1, 1]. */

export interface Rule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/** Gauss-Legendre nodes and weights: Newton's iteration on the three-term recurrence. */
export function gaussLegendre(n: number): Rule {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (n - i - 0.25)) / (n + 0.5));
    let slope = 1;
    for (let step = 0; step < 8; step++) {
      const [value, before] = legendre(n, x);
      slope = (n * (x * value - before)) / (x * x - 1);
      x -= value / slope;
    }
    nodes[i] = x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

/** P_n(x) and P_(n-1)(x) */
function legendre(n: number, x: number): readonly [number, number] {
  let [value, before] = [1, 0];
  for (let k = 1; k <= n; k++) [value, before] = [((2 * k - 1) * x * value - (k - 1) * before) / k, value];
  return [value, before];
}

/** Nodes and weights of Kronrod's 15-point extension of the 7-point Gauss rule (Piessens et al., QUADPACK, 1983). */
const KRONROD_NODES = [
  0.991455371120812639206854697526329, 0.949107912342758524526189684047851,
  0.864864423359769072789712788640926, 0.741531185599394439863864773280788,
  0.58608723546769113029414483825873, 0.405845151377397166906606412076961,
  0.207784955007898467600689403773245, 0,
];
const KRONROD_WEIGHTS = [
  0.02293532201052922496373200805897, 0.063092092629978553290700663189204,
  0.104790010322250183839876322541518, 0.140653259715525918745189590510238,
  0.16900472663926790282658342659855, 0.190350578064785409913256402421014,
  0.204432940075298892414161999234649, 0.209482141084727828012999174891714,
];
const GAUSS_WEIGHTS = [
  0, 0.129484966168869693270611432679082, 0, 0.27970539148927666790146777142378, 0,
  0.381830050505118944950369775488975, 0, 0.417959183673469387755102040816327,
];

function mirrored(half: readonly number[], sign: number): Float64Array {
  return Float64Array.from([...half.slice(0, -1).map((value) => sign * value), ...[...half].reverse()]);
}

/** The 15-point rule; `gaussWeights` are those of the embedded 7-point rule on the same nodes. */
export const KRONROD: Rule & { readonly gaussWeights: Float64Array } = {
  nodes: mirrored(KRONROD_NODES, -1),
  weights: mirrored(KRONROD_WEIGHTS, 1),
  gaussWeights: mirrored(GAUSS_WEIGHTS, 1),
};
