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

/** Nodes and weights of Kronrod's 21-point extension of the 10-point Gauss rule (Piessens et al., QUADPACK, 1983). */
const KRONROD_NODES = [
  0.995657163025808080735527280689003, 0.973906528517171720077964012084452,
  0.930157491355708226001207180059508, 0.865063366688984510732096688423493,
  0.780817726586416897063717578345042, 0.679409568299024406234327365114874,
  0.562757134668604683339000099272694, 0.433395394129247190799265943165784,
  0.29439286270146019813112660310387, 0.14887433898163121088482600112972, 0,
];
const KRONROD_WEIGHTS = [
  0.011694638867371874278064396062192, 0.03255816230796472747881897245939, 0.05475589657435199603138130024458,
  0.07503967481091995276704314091619, 0.093125454583697605535065465083366,
  0.109387158802297641899210590325805, 0.123491976262065851077958109831074,
  0.134709217311473325928054001771707, 0.142775938577060080797094273138717,
  0.147739104901338491374841515972068, 0.149445554002916905664936468389821,
];
const GAUSS_WEIGHTS = [
  0, 0.066671344308688137593568809893332, 0, 0.149451349150580593145776339657697, 0,
  0.219086362515982043995534934228163, 0, 0.269266719309996355091226921569469, 0,
  0.295524224714752870173892994651338, 0,
];

function mirrored(half: readonly number[], sign: number): Float64Array {
  return Float64Array.from([...half.slice(0, -1).map((value) => sign * value), ...[...half].reverse()]);
}

/** The 21-point rule; `gaussWeights` are those of the embedded 10-point rule on the same nodes. */
export const KRONROD: Rule & { readonly gaussWeights: Float64Array } = {
  nodes: mirrored(KRONROD_NODES, -1),
  weights: mirrored(KRONROD_WEIGHTS, 1),
  gaussWeights: mirrored(GAUSS_WEIGHTS, 1),
};
