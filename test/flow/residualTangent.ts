/**
 * An oracle for the tangent kernel of residual networks z' = gamma z + b + W sigma(z) at order 1/n, one input, that shares no code with the
 * engine and defines no coupling that ends on a function.
 *
 * Averages over the neurons of a layer, q = (1/n) sum sigma^2 and p = (1/n) sum sigma'^2, fluctuate about their means. Each neuron moves them
 * by its own sigma^2 and sigma'^2, and all that follows from them: what it does to the variance K of z and to the common part h of H_kk is
 * a sum over layers of such functions, its _influence_. Covariances of two neurons are those of their influences, averages over one
 * neuron at two layers. For H_ij, i != j, averages over the fresh weights leave
 *
 *     n E[H_ij^2 | z_i, z_j]   = c + e(z_i) + e(z_j)
 *     n E[f(z_i) g(z_j) H_ij]  = <f'> eps[g] + <g'> eps[f] + kappa <f'><g'>          (Stein's lemma),
 *
 * with e and eps again sums over earlier layers.
 */
import { coefficients, DEGREES, type ResidualSetting } from './residual.ts';

export interface TangentSetting extends ResidualSetting {
  readonly lambda_W: number;
  readonly lambda_b: number;
}

/** A function of the z of one neuron at one layer: its Hermite coefficients. */
interface OneNeuron {
  readonly layer: number;
  readonly series: readonly number[];
}

/** A sum of such functions. */
type Influence = readonly { readonly weight: number; readonly of: OneNeuron }[];

const scaled = (factor: number, influence: Influence): Influence =>
  influence.map(({ weight, of }) => ({ weight: factor * weight, of }));

export function tangentResponse(setting: TangentSetting): Readonly<Record<string, number>> {
  const { sigma, gamma, C_W, C_b, K1, depth, lambda_W, lambda_b } = setting;
  const into = (l: number): number => (typeof gamma === 'number' ? gamma : gamma[l]!);
  const slope = (z: number, l: number): number => {
    const step = 1e-3;
    const rise = (d: number): number => sigma(z + d, l) - sigma(z - d, l);
    return (45 * rise(step) - 9 * rise(2 * step) + rise(3 * step)) / (60 * step);
  };
  const K = [K1];
  const layers = Array.from({ length: depth }, (_, l) => {
    const of = (f: (z: number) => number): OneNeuron => ({ layer: l, series: coefficients(f, K[l]!) });
    const s = (z: number): number => sigma(z, l);
    const t = (z: number): number => slope(z, l);
    const squares = of((z) => s(z) ** 2);
    K.push(into(l + 1) ** 2 * K[l]! + C_b + C_W * squares.series[0]!);
    return {
      s2: squares,
      t2: of((z) => t(z) ** 2),
      st: of((z) => s(z) * t(z)),
      s2t2: of((z) => (s(z) * t(z)) ** 2),
      t4: of((z) => t(z) ** 4),
      z2: of((z) => z * z),
      z1: of((z) => z),
    };
  });
  const carried = (k: number, l: number): number => {
    let product = 1;
    for (let m = k + 1; m <= l; m++) product *= into(m);
    return product;
  };
  /** The mean of the d-th derivative. */
  const mean = ({ layer, series }: OneNeuron, d = 0): number => series[d]! / K[layer]! ** (d / 2);
  /** < f g > of one neuron, f differentiated d times; f at a layer not below that of g. */
  const product = (f: OneNeuron, g: OneNeuron, d = 0): number => {
    const correlation = carried(g.layer, f.layer) * Math.sqrt(K[g.layer]! / K[f.layer]!);
    let [sum, factorial] = [0, 1];
    for (let m = 0; m + d < DEGREES; m++) {
      sum += (g.series[m]! * f.series[m + d]! * correlation ** m) / factorial;
      factorial *= m + 1;
    }
    return sum / K[f.layer]! ** (d / 2);
  };
  const covariance = (f: OneNeuron, g: OneNeuron, d = 0): number => product(f, g, d) - mean(f, d) * mean(g);
  const withInfluence = (f: OneNeuron, influence: Influence, d = 0): number =>
    influence.reduce((sum, { weight, of }) => sum + weight * covariance(f, of, d), 0);
  const between = (p: Influence, q: Influence): number =>
    p.reduce(
      (sum, one) =>
        sum +
        q.reduce((part, other) => {
          const [upper, lower] = one.of.layer >= other.of.layer ? [one.of, other.of] : [other.of, one.of];
          return part + one.weight * other.weight * covariance(upper, lower);
        }, 0),
      0,
    );
  const along = (list: Influence, f: OneNeuron, d = 0): number =>
    list.reduce((sum, { weight, of }) => sum + weight * product(f, of, d), 0);

  let h = lambda_b + (lambda_W * (K1 - C_b)) / C_W;
  let [ofK, ofH, e, eps]: Influence[] = [[], [], [], []] as Influence[];
  let [c, kappa, G1, Theta1] = [0, 0, 0, 0];
  /** n E[f(z_k) (H_kk - h)], from weights of the neuron itself: at f', and at f''. */
  let own: { readonly weight: number; readonly of: OneNeuron }[] = [];
  let ownSecond = 0;
  for (let l = 0; l < depth - 1; l++) {
    const { s2, t2, st, s2t2, t4 } = layers[l]!;
    const g = into(l + 1);
    const variance = between(ofK!, ofK!);
    const shift = (f: OneNeuron): number =>
      (mean(f, 2) / 2) * G1 + (mean(f, 4) / 8) * variance + withInfluence(f, ofK!, 2) / 2;
    const ownPart = along(own, t2, 1) + ownSecond * mean(t2, 2);
    const slopes =
      shift(t2) * h +
      mean(t2) * Theta1 +
      (mean(t2, 2) / 2) * between(ofK!, ofH!) +
      withInfluence(t2, ofH!) +
      ownPart;
    const response = (f: OneNeuron): Influence => [{ weight: 1, of: f }, ...scaled(mean(f, 2) / 2, ofK!)];
    const epsAtSt = along(eps!, st);
    const pairOfSt = 2 * mean(st, 1) * epsAtSt + kappa * mean(st, 1) ** 2;
    const next = {
      G1: g ** 2 * G1 + C_W * shift(s2),
      Theta1: lambda_W * shift(s2) + g ** 2 * Theta1 + C_W * slopes,
      ofK: [...scaled(g ** 2, ofK!), ...scaled(C_W, response(s2))],
      ofH: [
        ...scaled(lambda_W, response(s2)),
        ...scaled(g ** 2 + C_W * mean(t2), ofH!),
        ...scaled(C_W * h, response(t2)),
      ],
      c:
        g ** 4 * c +
        2 * C_W * g ** 2 * (mean(t2) * c + along(e!, t2)) +
        C_W ** 2 * (mean(t4) * h ** 2 + mean(t2) ** 2 * c + 2 * mean(t2) * along(e!, t2)),
      e: [...scaled(g ** 4 + C_W * g ** 2 * mean(t2), e!), { weight: C_W * g ** 2 * h ** 2, of: t2 }],
      kappa:
        g ** 4 * kappa +
        2 * C_W * g ** 2 * (epsAtSt + kappa * mean(st, 1)) +
        C_W ** 2 * (mean(s2t2) * h + pairOfSt),
      eps: [...scaled(g ** 3 + C_W * g * mean(st, 1), eps!), { weight: C_W * g * h, of: st }],
      own: [
        ...scaled(g ** 3, own),
        { weight: 2 * C_W * g * h, of: st },
        ...scaled(2 * C_W * g * mean(st, 1), eps!),
      ],
      ownSecond:
        g ** 4 * ownSecond +
        2 * C_W * g ** 2 * (epsAtSt + kappa * mean(st, 1)) +
        C_W ** 2 * (mean(s2t2) * h + pairOfSt),
    };
    h = lambda_b + lambda_W * mean(s2) + g ** 2 * h + C_W * mean(t2) * h;
    ({ ofK, ofH, e, eps, c, kappa, G1, Theta1, ownSecond } = next);
    own = [...next.own];
  }
  const { z1, z2 } = layers[depth - 1]!;
  const one = (list: Influence): number => list.reduce((sum, { weight, of }) => sum + weight * mean(of), 0);
  return {
    Theta: h,
    Theta1,
    V: between(ofK!, ofK!) + 2 * withInfluence(z2, ofK!),
    A: between(ofH!, ofH!),
    B: c + 2 * one(e!),
    D: between(ofK!, ofH!) + withInfluence(z2, ofH!),
    F: 2 * along(eps!, z1) + kappa,
  };
}
