/**
 * The averages of one layer as kernels over pairs: closed forms where both functions have one, moments beyond kinks of
 * piecewise polynomials, tables in the angle for other functions with a kink at 0, and Hermite series otherwise.
 */
import type { LocalFunction } from '../../theory/atom.ts';
import { derivatives } from '../../theory/differentiate.ts';
import { integer, multiply, power, type Expr } from '../../theory/expression.ts';
import type { Study } from '../../theory/model.ts';
import { rational } from '../../theory/rational.ts';
import { NumericsError } from '../averages/numericsError.ts';
import { compileFunction, type UnivariateFunction } from '../averages/univariate.ts';
import { activationAt } from '../flow/studyValues.ts';
import { angleTable } from './angleTable.ts';
import { closedFormOf, type ClosedForm } from './closedForms.ts';
import { hermiteSeries, type HermiteSeries } from './hermite.ts';
import { isPiecewisePolynomial, kinkKernel } from './kinkKernel.ts';
import type { PairAverage } from './pairProgram.ts';
import type { PairKernel } from './pairKernel.ts';
import { shared } from './shared.ts';

export interface LayerKernels {
  readonly kernels: readonly PairKernel[];
  /** The largest part of sqrt(< f^2 > < g^2 >) that a series neglects. */
  readonly truncation: number;
}

/** A function of one sample: an activation, a derivative of one, a product of these. */
interface OneSample {
  readonly fn: UnivariateFunction;
  readonly form: ClosedForm | undefined;
}

/** Keeps compiled functions between layers. */
export interface KernelBuilder {
  /** `variances` are K_aa at `layer`, one a sample. */
  readonly layerKernels: (
    averages: readonly Pick<PairAverage, 'left' | 'right'>[],
    variances: Float64Array,
    layer: number,
  ) => LayerKernels;
}

export function createKernelBuilder(study: Study): KernelBuilder {
  const functions = new Map<string, OneSample>();
  const functionOf = (locals: readonly LocalFunction[], layer: number): OneSample => {
    const expr = expressionOf(locals, study, layer);
    const known = functions.get(expr.key);
    if (known) return known;
    const fn = compileFunction(expr);
    const made = { fn, form: closedFormOf(expr, fn) };
    functions.set(expr.key, made);
    return made;
  };
  return {
    layerKernels: (averages, variances, layer) => {
      const known = new Map<UnivariateFunction, HermiteSeries>();
      const seriesOf = ({ fn }: OneSample): HermiteSeries => {
        const series = known.get(fn) ?? hermiteSeries(fn, variances, layer);
        known.set(fn, series);
        return series;
      };
      let truncation = 0;
      const kernels = averages.map(({ left, right }): PairKernel => {
        const [f, g] = [functionOf(left, layer), functionOf(right, layer)];
        const closed = f.form && g.form ? closedKernel(f.form, g.form, variances) : undefined;
        if (closed) return closed;
        const kinked = kinkedKernel(f.fn, g.fn, variances, layer);
        if (kinked) {
          truncation = Math.max(truncation, kinked.truncation);
          return kinked.kernel;
        }
        const [c, d] = aligned(seriesOf(f), seriesOf(g), variances.length);
        truncation = Math.max(truncation, Math.sqrt(c.tails[c.count]! * d.tails[d.count]!));
        return seriesKernel(c, d);
      });
      return { kernels, truncation };
    },
  };
}

/** Derivatives are taken between kinks, as a network's are. */
function expressionOf(locals: readonly LocalFunction[], study: Study, layer: number): Expr {
  return multiply(
    integer(1),
    ...locals.map(({ fn, derivative, power: exponent }) =>
      power(derivatives(activationAt(study, fn, layer), 'z', derivative)[derivative]!, rational(exponent)),
    ),
  );
}

/** Undefined where neither function has a kink. */
function kinkedKernel(
  f: UnivariateFunction,
  g: UnivariateFunction,
  variances: Float64Array,
  layer: number,
): { readonly kernel: PairKernel; readonly truncation: number } | undefined {
  if ([f, g].every(({ breakpoints }) => breakpoints.length === 0)) return undefined;
  if ([f, g].every(isPiecewisePolynomial)) return { kernel: kinkKernel(f, g, variances), truncation: 0 };
  if ([f, g].every(({ breakpoints }) => breakpoints.every((at) => at === 0)))
    return angleTable(f, g, variances, layer);
  const reason =
    'a kernel matrix takes activation functions that are smooth but at 0, or polynomials between kinks elsewhere';
  throw new NumericsError('not-converged', reason, [], { layer });
}

/** Both with the same terms: an even or odd series beside a general one has zeros in between. */
function aligned(c: HermiteSeries, d: HermiteSeries, samples: number): [HermiteSeries, HermiteSeries] {
  if (c.first === d.first && c.step === d.step && c.count === d.count) return [c, d];
  const isSameParity = c.first === d.first && c.step === d.step;
  const count = isSameParity
    ? Math.max(c.count, d.count)
    : Math.max(...[c, d].map(({ first, step, count: terms }) => first + step * terms));
  const layout = isSameParity ? { first: c.first, step: c.step, count } : { first: 0, step: 1, count };
  return [placed(c, layout, samples), placed(d, layout, samples)];
}

function placed(
  series: HermiteSeries,
  { first, step, count }: Pick<HermiteSeries, 'first' | 'step' | 'count'>,
  samples: number,
): HermiteSeries {
  const coefficients = shared(samples * count);
  const tails = new Float64Array(count + 1);
  for (let j = 0; j <= count; j++) {
    // The first of the given terms at or behind this place.
    const k = Math.max(0, Math.ceil((first + step * j - series.first) / series.step));
    tails[j] = series.tails[Math.min(k, series.count)]!;
  }
  for (let k = 0; k < series.count; k++) {
    const j = (series.first + series.step * k - first) / step;
    for (let s = 0; s < samples; s++)
      coefficients[s * count + j] = series.coefficients[s * series.count + k]!;
  }
  return { first, step, count, coefficients, tails };
}

/** Levels of |rho| between 0 and 1 with their own number of terms. */
const LEVELS = 32;
/** Part of sqrt(< f^2 > < g^2 >) that may be neglected. */
const NEGLIGIBLE = 1e-15;

function seriesKernel(c: HermiteSeries, d: HermiteSeries): PairKernel {
  const { first, step, count } = c;
  const needed = Int32Array.from({ length: LEVELS + 1 }, (_, level) => {
    const rho = level / LEVELS;
    let n = count;
    while (
      n > 0 &&
      rho ** (first + step * (n - 1)) * Math.sqrt(c.tails[n - 1]! * d.tails[n - 1]!) <= NEGLIGIBLE
    )
      n--;
    return n;
  });
  return { kind: 'series', first, step, count, left: c.coefficients, right: d.coefficients, needed };
}

function closedKernel(f: ClosedForm, g: ClosedForm, variances: Float64Array): PairKernel | undefined {
  const both = <Kind extends ClosedForm['kind']>(
    ...kinds: readonly Kind[]
  ): readonly [Extract<ClosedForm, { kind: Kind }>, Extract<ClosedForm, { kind: Kind }>] | undefined => {
    const isOne = kinds.some((kind) => f.kind === kind && g.kind === kind);
    return isOne ? [f as never, g as never] : undefined;
  };
  const perSample = (value: (variance: number) => number): Float64Array => {
    const values = shared(variances.length);
    variances.forEach((variance, s) => (values[s] = value(variance)));
    return values;
  };
  const ramps = both('ramp');
  if (ramps) {
    const [p, q] = ramps;
    const deviations = perSample(Math.sqrt);
    const [linear, absolute] = [p.linear * q.linear, p.absolute * q.absolute];
    return { kind: 'ramp', linear, absolute, left: deviations, right: deviations };
  }
  const steps = both('step');
  if (steps) {
    const [p, q] = steps;
    return { kind: 'step', constant: p.constant * q.constant, factor: (2 / Math.PI) * p.sign * q.sign };
  }
  const erfs = both('erf');
  if (erfs) {
    const [left, right] = erfs.map(({ rate }) =>
      perSample((variance) => (Math.SQRT2 * rate) / Math.sqrt(1 + 2 * rate * rate * variance)),
    );
    const [p, q] = erfs;
    const factor = (2 / Math.PI) * p.factor * q.factor;
    return { kind: 'erf', constant: p.constant * q.constant, factor, left: left!, right: right! };
  }
  const waves = both('exp', 'sin', 'cos');
  if (waves) {
    const [left, right] = waves.map(({ kind, rate }) =>
      perSample((variance) => (kind === 'exp' ? 0.5 : -0.5) * rate * rate * variance),
    );
    const [p, q] = waves;
    return { kind: p.kind, factor: p.factor * q.factor, rate: p.rate * q.rate, left: left!, right: right! };
  }
  const bumps = both('bump', 'odd-bump');
  if (!bumps) return undefined;
  const [p, q] = bumps;
  const [left, right] = bumps.map(({ rate }) =>
    perSample((variance) => 1 / Math.sqrt(1 + 2 * rate * variance)),
  );
  const rate = 2 * Math.sqrt(p.rate * q.rate);
  return { kind: p.kind, factor: p.factor * q.factor, rate, left: left!, right: right! };
}
