/** A critical report for readers. */
import { formatValue, kernelsText } from './formatValue.ts';
import type {
  CriticalPoint,
  CriticalReport,
  ExactNumber,
  FixedPoint,
  KernelValue,
  RejectedBranch,
} from './report.ts';

export function renderCritical(report: CriticalReport): string {
  const { formulas, points, rejected, none, fixedPoints = [] } = report;
  const lines = [
    title(report),
    ...(formulas.kernels ?? [{ name: 'K', ...formulas.next }]).map(
      ({ name, text }) => `  ${`${name}'`.padEnd(8)} = ${text}`,
    ),
    `  chi_par  = ${formulas.parallel.text}`,
    `  chi_perp = ${formulas.perpendicular.text}`,
    '',
    ...points.flatMap((point, k) => [...renderPoint(point, k + 1), '']),
    ...(none === undefined ? [] : [`  no critical point: ${none}`, '']),
    ...(points.length > 0 ? rejected.map(renderRejected) : []),
    ...(fixedPoints.length > 0
      ? ['  with the values of the study:', ...fixedPoints.map(renderFixedPoint)]
      : []),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function title({ study, activations, given }: CriticalReport): string {
  const values = [
    ...Object.entries(activations).map(([slot, name]) => `${slot} = ${name}`),
    ...Object.entries(given).map(([name, value]) => `${name} = ${formatValue(value)}`),
  ];
  return `Study "${study}": ${values.join(', ')}`;
}

const APPROACH: { readonly [A in CriticalPoint['approach']]: string } = {
  fixed: 'every kernel stays where it is',
  attracting: 'kernels are drawn to it',
  repelling: 'kernels are driven away from it',
  'from above': 'kernels above it are drawn to it, those below driven away',
  'from below': 'kernels below it are drawn to it, those above driven away',
  undecided: 'slower than any power found',
};

function renderPoint(point: CriticalPoint, number: number): string[] {
  const { kernel, parameters, approach, drift, certificate, line } = point;
  const values = Object.entries(parameters).map(([name, value]) => `${name} = ${exactText(value)}`);
  const head = `  ${number}. ${values.join(', ')}: ${kernelText(kernel)}`;
  const long = Object.entries(parameters).flatMap(([name, { exact }]) =>
    exact && exact.text.length > LONGEST ? [`     ${name} = ${exact.text}`] : [],
  );
  const everywhere = Object.entries(line ?? {}).map(([name, { text }]) => `${name} = ${text}`);
  const lines = [
    ...long,
    ...(point.class === 'critical line'
      ? [`     one point of a line${everywhere.length > 0 ? `: ${everywhere.join(', ')}` : ''}`]
      : []),
    `     class ${point.class}: ${APPROACH[approach]}`,
  ];
  if (drift) lines.push(`     ${driftText(kernel, drift)}`);
  if (certificate) {
    const { residuals, bracket, brackets } = certificate;
    const small = (value: number): string => formatValue(value, 2);
    const { kernel: k, parallel, perpendicular } = residuals;
    lines.push(
      `     residuals: K' - K ${small(k)}, chi_par - 1 ${small(parallel)}, chi_perp - 1 ${small(perpendicular)}`,
    );
    const between = brackets ? Object.entries(brackets) : bracket ? [['', bracket] as const] : [];
    for (const [field, [low, high]] of between) {
      const name = field === '' ? 'K*' : `K_${field}*`;
      lines.push(`     ${name} between ${formatValue(low, 14)} and ${formatValue(high, 14)}`);
    }
  }
  return [head, ...lines];
}

function kernelText(kernel: KernelValue): string {
  if (kernel.kind === 'any') return 'any K* > 0';
  if (kernel.kind === 'zero') return kernel.kernels ? kernelsText(kernel.kernels) : 'K* = 0';
  const { value, kernels, exact, recognised } = kernel;
  if (kernels) return kernelsText(kernels);
  const agrees = recognised ? ` (agrees with ${recognised.text})` : '';
  return `K* = ${exact ? `${exact.text} = ` : ''}${formatValue(value, 12)}${agrees}`;
}

function driftText(kernel: KernelValue, { coefficient, power }: NonNullable<CriticalPoint['drift']>): string {
  const size = formatValue(Math.abs(coefficient.value), 6);
  const sign = coefficient.value < 0 ? '-' : '+';
  const amount = coefficient.exact ? coefficient.exact.text.replace(/^-/, '') : size;
  const front = amount === '1' ? '' : `${amount} `;
  const raised = Number.isInteger(power) ? String(power) : `(${2 * power}/2)`;
  if (kernel.kind === 'zero') return `K' = K ${sign} ${front}K^${raised} + ...`;
  return `K' - K* = d ${sign} ${front}d^${raised} + ..., d = K - K*`;
}

/** Longer formulas have a line of their own. */
const LONGEST = 40;

function exactText({ value, exact }: ExactNumber): string {
  if (!exact || exact.text.length > LONGEST) return formatValue(value, 12);
  return /^-?\d+$/.test(exact.text) ? exact.text : `${exact.text} = ${formatValue(value, 12)}`;
}

function renderRejected({ kernel, parameters, reason }: RejectedBranch): string {
  const values = Object.entries(parameters).map(([name, value]) => `${name} = ${exactText(value)}`);
  return `  not ${kernelText(kernel)}${values.length > 0 ? ` with ${values.join(', ')}` : ''}: ${reason}`;
}

function renderFixedPoint({
  kernel,
  kernels,
  parallel,
  perpendicular,
  stable,
  phase,
  depths,
}: FixedPoint): string {
  const numbers = [
    `${kernels ? kernelsText(kernels) : `K* = ${formatValue(kernel)}`} (${stable ? 'stable' : 'unstable'})`,
    `chi_par = ${formatValue(parallel, 8)}`,
    `chi_perp = ${formatValue(perpendicular, 8)}`,
    `xi_par = ${formatValue(depths.parallel, 5)}`,
    `xi_perp = ${formatValue(depths.perpendicular, 5)}`,
  ];
  return `    ${numbers.join(', ')}: ${phase}`;
}
