/** A universality report for readers. */
import { formatValue } from './formatValue.ts';
import { alignRows } from './alignRows.ts';
import type { ExactNumber } from './report.ts';
import type {
  ApproachReport,
  Perturbation,
  PowerLaw,
  ScalingEntry,
  UniversalityReport,
} from './scalingReport.ts';

export function renderUniversality(report: UniversalityReport): string {
  const { study, activations, point, none, kernel, couplings, observables, perturbations, fit, approach } =
    report;
  const values = [
    ...Object.entries(activations).map(([slot, name]) => `${slot} = ${name}`),
    ...Object.entries(point?.parameters ?? {}).map(([name, value]) => `${name} = ${exactText(value)}`),
  ];
  const head = `Study "${study}": ${values.join(', ')}`;
  if (none !== undefined) return `${head}\n  nothing to scale: ${none}\n`;
  const flow = kernel === 'fixed' ? 'the kernel stays where it is' : kernel && `K ~ ${lawText(kernel)}`;
  const lines = [
    head,
    `  class ${point?.class ?? ''}: ${flow ?? ''} at large depth l`,
    '',
    ...table('coupling', couplings, fit),
    '',
    ...table('observable', observables, fit),
    '',
    '  perturbations, compared with K:',
    ...perturbationRows(perturbations),
    ...offCriticalLines(report),
    ...(approach ? approachLines(approach) : []),
  ];
  return `${lines.join('\n')}\n`;
}

function perturbationRows(perturbations: readonly Perturbation[]): string[] {
  return alignRows(
    perturbations.map(({ of, exponent, relevance, nu }) => [
      `    ${of}`,
      `l^${exactText(exponent)}`,
      relevance,
      nu ? `xi_par ~ |delta|^(-${exactText(nu)})` : '',
    ]),
  );
}

function offCriticalLines({ offCritical = [], point }: UniversalityReport): string[] {
  if (offCritical.length === 0) return [];
  const depth = (value: number | null): string => formatValue(value ?? Infinity, 5);
  const rows = offCritical.map(({ parameter, delta, kernel, parallel, perpendicular, phase }) => [
    `    ${parameter} = ${formatValue((point?.parameters[parameter]?.value ?? 0) + delta, 6)}`,
    `K* = ${formatValue(kernel ?? Infinity, 6)}`,
    `xi_par = ${depth(parallel)}`,
    `xi_perp = ${depth(perpendicular)}`,
    phase,
  ]);
  return ['', '  correlation depths off criticality:', ...alignRows(rows)];
}

function approachLines({
  side,
  deviation,
  onset,
  couplings,
  observables,
  perturbations,
}: ApproachReport): string[] {
  return [
    '',
    `  on the approach from ${side}, K - K* ~ ${lawText(deviation)}, far beyond l = ${formatValue(onset, 3)}:`,
    '',
    ...table('coupling', couplings, undefined),
    '',
    ...table('observable', observables, undefined),
    '',
    '  perturbations, compared with K:',
    ...perturbationRows(perturbations),
  ];
}

function table(what: string, entries: readonly ScalingEntry[], fit: UniversalityReport['fit']): string[] {
  const heading = [
    `  ${what}`,
    'of',
    'at large depth',
    fit ? `fitted, l = ${fit.from} .. ${fit.to}` : '',
    ...(what === 'coupling' ? ['dimensionless'] : []),
  ];
  return alignRows([heading, ...entries.map((entry) => row(entry, what === 'coupling'))]);
}

function row(
  { name, order, law, exact, note, dimensionless, fitted }: ScalingEntry,
  isCoupling: boolean,
): string[] {
  const width = order === 0 ? '1' : order === 1 ? '1/n' : order > 1 ? `1/n^${order}` : `n^${-order}`;
  const shown = exact && exact.text.length <= 40 ? `= ${exact.text}` : law && lawText(law);
  const text = [shown, note === undefined ? undefined : `(${note})`]
    .filter((each) => each !== undefined)
    .join(' ');
  const power = fitted?.exponent === undefined ? '' : ` l^${fitted.exponent.toFixed(4)}`;
  const measured = fitted ? `${formatValue(fitted.amplitude, 5)}${power}` : '';
  const size = dimensionless ? `l^${exactText(dimensionless.exponent)} ${dimensionless.relevance}` : '';
  return [`  ${name}`, width, text, measured, ...(isCoupling ? [size] : [])];
}

function lawText({ amplitude, exponent, logarithm }: PowerLaw): string {
  const written = amplitude ? exactText(amplitude) : 'const';
  const isSum = / [+-] /.test(written) && (exponent.value !== 0 || logarithm > 0);
  const front = isSum ? `(${written})` : written;
  const power =
    exponent.value === 0 ? '' : exponent.value === 1 ? 'l' : `l^${bracketed(exactText(exponent))}`;
  const logs = logarithm === 0 ? '' : logarithm === 1 ? 'log(l)' : `log(l)^${logarithm}`;
  return [front, logs, power].filter((each) => each !== '').join(' ');
}

function bracketed(text: string): string {
  return /^[\w.]+$/.test(text) ? text : `(${text})`;
}

function exactText({ value, exact }: ExactNumber): string {
  return exact && exact.text.length <= 20 ? exact.text : formatValue(value, 8);
}
