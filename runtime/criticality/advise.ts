/** `advise`: what the effective theory says about initialisation, learning rates and shape of an architecture. */
import { evaluate } from '../../theory/evaluate.ts';
import { ONE } from '../../theory/rational.ts';
import { symbolsOf } from '../../theory/foldExpression.ts';
import type { CriticalRequest, Model, Study } from '../../theory/model.ts';
import type { Theory } from '../../theory/theory.ts';
import { atomKey, couplingAtom } from '../../theory/atom.ts';
import { labelOf } from '../../theory/label.ts';
import { zFamily } from '../../theory/coupling.ts';
import { evolveCouplings } from '../flow/evolveCouplings.ts';
import type { Advice, AdviceLine } from './adviceReport.ts';
import { findCritical } from './findCritical.ts';
import { formatValue, kernelsText } from './formatValue.ts';
import { initialisationCode, type GroupVariance } from './initialisationCode.ts';
import { bindingsOf } from './oneSample.ts';
import type { CriticalPoint, CriticalReport } from './report.ts';
import type { UniversalityReport } from './scalingReport.ts';
import { atPoint, universality } from './universality.ts';

export interface AdviseOptions {
  /** Width n and depth L of the network; those of the study by default. */
  readonly width?: number;
  readonly depth?: number;
  /** Outputs of the network, 1 by default. */
  readonly outputs?: number;
}

/** Theories through order 0 give no advice on finite width. Throws what `findCritical` throws. */
export async function advise(
  theory: Theory,
  study: Study,
  request: CriticalRequest,
  options: AdviseOptions = {},
): Promise<Advice> {
  const critical = await findCritical(theory, study, request);
  const [point] = critical.points;
  const head = { study: study.name, activations: critical.activations };
  if (!point) return { ...head, lines: [], none: critical.none ?? 'there is no critical point' };
  const scaling = await universality(theory, study, request);
  const there = atPoint(study, point);
  const isGated = theory.model.architecture.fields !== undefined;
  const growth = growthOf(scaling, point);
  const outputs = options.outputs ?? 1;
  const aspect =
    growth !== undefined && growth > 0
      ? { growth, outputs, ratio: 4 / ((20 + 3 * outputs) * growth) }
      : undefined;
  const depth =
    options.depth ?? (study.absent?.includes(theory.model.architecture.depth) ? undefined : study.depth);
  const width = options.width ?? widthOf(study);
  const finiteWidth =
    aspect && depth !== undefined && width !== undefined
      ? { depth, width, relative: relativeVertex(theory, there, depth) / width, limit: width / aspect.growth }
      : undefined;
  return {
    ...head,
    point,
    lines: [
      ...initialisationLines(critical, point),
      ...(isGated ? variances(theory.model, there) : learningRateLines(scaling, theory.model)),
      ...shapeLines(aspect),
      ...finiteWidthLines(finiteWidth),
      ...SCALING_LINES,
    ],
    ...(aspect && { aspect }),
    ...(finiteWidth && { finiteWidth }),
    ...(!isGated && { code: initialisationCode(variancesOf(theory.model, there)) }),
  };
}

/** lim V / (l K^2), when V / K^2 grows as the depth. */
function growthOf({ couplings, kernel }: UniversalityReport, point: CriticalPoint): number | undefined {
  const vertex = couplings.find(({ name, order }) => name === 'V' && order === 1)?.law;
  if (!vertex?.amplitude || kernel === undefined) return undefined;
  const isFixed = kernel === 'fixed';
  const exponent = vertex.exponent.value - (isFixed ? 0 : 2 * kernel.exponent.value);
  // Amplitudes with a symbol K in them are those at K = 1.
  const size = isFixed
    ? point.kernel.kind === 'number'
      ? point.kernel.value
      : 1
    : (kernel.amplitude?.value ?? NaN);
  return Math.abs(exponent - 1) < 1e-9 ? vertex.amplitude.value / size ** 2 : undefined;
}

function widthOf({ flows, checks }: Study): number | undefined {
  return flows.find(({ n }) => n !== undefined)?.n ?? checks[0]?.widths.at(-1);
}

/** V / K^2 of the first sample, or of an input of size 1, in the last layer. */
function relativeVertex(theory: Theory, study: Study, depth: number): number {
  const sample = study.samples[0] ?? [1];
  const single = { ...study, samples: [sample], depth, widths: Array.from({ length: depth }, () => ONE) };
  const label = labelOf(theory.model.architecture.fields?.[0], '1');
  let value = NaN;
  for (const { couplings } of evolveCouplings(theory, single, depth)) {
    const at = (points: number, order: number): number =>
      couplings.get(
        atomKey(
          couplingAtom(
            zFamily(points),
            order,
            Array.from({ length: points }, () => label),
          ),
        ),
      ) ?? NaN;
    value = at(4, 1) / at(2, 0) ** 2;
  }
  return value;
}

/** Longer closed forms are those of the command `critical`. */
const LONGEST_EXACT = 40;

function initialisationLines(
  { formulas }: CriticalReport,
  { parameters, kernel, approach }: CriticalPoint,
): AdviceLine[] {
  const values = Object.entries(parameters).map(([name, { value, exact }]) => {
    const text = formatValue(value);
    return exact && exact.text !== text && exact.text.length <= LONGEST_EXACT
      ? `${name} = ${exact.text} = ${text}`
      : `${name} = ${text}`;
  });
  const map = (formulas.kernels ?? [{ name: 'K', ...formulas.next }])
    .map(({ name, text }) => `${name}' = ${text}`)
    .join(', ');
  const from = `${map} has a fixed point, chi_par = ${formulas.parallel.text} = 1, chi_perp = ${formulas.perpendicular.text} = 1`;
  const lines: AdviceLine[] = [{ topic: 'initialisation', says: values.join(', '), from }];
  if (kernel.kind !== 'number') return lines;
  const fixed = kernel.kernels ? kernelsText(kernel.kernels) : `K* = ${formatValue(kernel.value)}`;
  const side = approach === 'from above' ? 'above' : approach === 'from below' ? 'below' : undefined;
  const advice = side ? `, or a little ${side} it: from the other side they are driven away` : '';
  lines.push({
    topic: 'initialisation',
    says: `scale inputs so that the kernel of layer 1 is ${fixed}${advice}`,
    from: "K' - K* = d + c d^2 with d = K - K*",
  });
  return lines;
}

/** Every layer gives the same to Theta[L] = sum_l (lambda_b + lambda_W <s s>) prod chi_perp. */
function learningRateLines(
  { kernel, perturbations, couplings }: UniversalityReport,
  { groups }: Model,
): AdviceLine[] {
  const relative = perturbations.find(({ of }) => of === 'perpendicular')?.exponent.value;
  if (kernel === undefined || relative === undefined) return [];
  const fall = kernel === 'fixed' ? 0 : -kernel.exponent.value;
  const p = fall - relative;
  const bias = factorText(p, 0);
  const weights = factorText(p, fall);
  const from =
    `Theta[L] = sum over l of (lambda_b[l] + lambda_W[l] <sigma^2>) prod chi_perp, with chi_perp = ${p === 0 ? '1' : `1 - ${formatValue(p, 4)}/l`} and ` +
    `${fall === 0 ? 'K fixed' : `K ~ l^(${formatValue(-fall, 4)})`}: every layer adds as much`;
  const lines: AdviceLine[] = [
    { topic: 'learning rates', says: `weights of layer l: (lambda_W / fan_in) ${weights}`, from },
  ];
  if (groups.some(({ kind }) => kind === 'bias'))
    lines.push({ topic: 'learning rates', says: `biases of layer l: lambda_b ${bias}`, from });
  const theta = couplings.find(({ name, order }) => name === 'Theta' && order === 0)?.law;
  if (theta)
    lines.push({
      topic: 'learning rates',
      says: `with the same rate in every layer the tangent kernel goes as l^${formatValue(theta.exponent.value, 4)}`,
      from: "Theta' = lambda_b + lambda_W <sigma^2> + chi_perp Theta, solved at large l",
    });
  return lines;
}

/** (1/L) (L/l)^p l^q as text. */
function factorText(p: number, q: number): string {
  const [depth, layer] = [p - 1, q - p];
  const part = (name: string, exponent: number): string[] =>
    Math.abs(exponent) < 1e-9 ? [] : [exponent === 1 ? name : `${name}^(${formatValue(exponent, 4)})`];
  const factors = [...part('L', depth), ...part('l', layer)];
  return factors.length === 0 ? 'in every layer' : `times ${factors.join(' ')}`;
}

function shapeLines(aspect: Advice['aspect']): AdviceLine[] {
  if (!aspect) return [];
  const { growth, outputs, ratio } = aspect;
  return [
    {
      topic: 'shape',
      says: `L / n = ${ratio.toPrecision(3)} for ${outputs} output${outputs === 1 ? '' : 's'}`,
      from:
        `the mutual information of groups of m1 and m2 of the n_L = ${outputs} outputs, (m1 m2 / 8) (e^2 - (20 + 3 n_L) e^3 / 6) with ` +
        `e = V / (n K^2) = ${formatValue(growth, 6)} L / n, is largest at e = 4 / (20 + 3 n_L), the 1/n^2 part of V left out (PDLT appendix A)`,
    },
  ];
}

function finiteWidthLines(found: Advice['finiteWidth']): AdviceLine[] {
  if (!found) return [];
  const { depth, width, relative, limit } = found;
  const says = `at n = ${width}, L = ${depth} the kernel of one network differs from the mean by ${formatValue(100 * Math.sqrt(relative), 3)} %`;
  return [
    {
      topic: 'finite width',
      says,
      from: `the variance of the kernel, V / (n K^2) = ${formatValue(relative, 4)}, by the recursions of V and K`,
    },
    {
      topic: 'finite width',
      says: `at n = ${width} the expansion in 1/n ends near L = ${formatValue(limit, 3)}`,
      from: 'V / (n K^2) = 1, the emergent expansion parameter L / n',
    },
  ];
}

const SCALING_LINES: readonly AdviceLine[] = [
  {
    topic: 'scaling',
    says: 'between tangent-kernel (s = 0) and maximal-update scaling (s = 1): outputs divided by n^(s/2), all learning rates times n^s',
    from:
      "Theta' is linear in the rates, so that Theta of the outputs is kept; hidden pre-activations then move by n^((s-1)/2), from dz = -rate Theta dLoss/dz " +
      'with dLoss/dz ~ n^(-(1+s)/2)',
  },
];

/** Gated units have several groups of weights, which the ready-made code does not tell apart. */
function variances(model: Model, study: Study): AdviceLine[] {
  const says = variancesOf(model, study)
    .map(
      ({ name, kind, variance }) =>
        `${name}: ${formatValue(variance)}${kind === 'weights' ? ' / fan_in' : ''}`,
    )
    .join(', ');
  return [
    {
      topic: 'initialisation',
      says: `variances ${says}`,
      from: 'the priors of the file at the critical point',
    },
  ];
}

function variancesOf({ architecture, groups }: Model, study: Study): GroupVariance[] {
  const used = architecture.layer.flatMap((term) => (term.kind === 'skip' ? [] : [term.group]));
  const bindings = bindingsOf(study);
  return groups.flatMap(({ name, kind, variance }) => {
    if (!used.includes(name) || symbolsOf(variance).some((each) => !bindings.has(each))) return [];
    return [{ name, kind, variance: Math.max(0, evaluate(variance, bindings)) }];
  });
}
