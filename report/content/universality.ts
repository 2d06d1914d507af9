/** How everything scales with depth at the critical point of a study, as `eft universality` derives it. */
import type { ExactNumber } from '../../runtime/criticality/report.ts';
import type {
  ApproachReport,
  OffCritical,
  Perturbation,
  PowerLaw,
  ScalingEntry,
  UniversalityReport,
} from '../../runtime/criticality/scalingReport.ts';
import { latexName } from '../../theory/notation.ts';
import { type Block, type Inline, prose, type TableBlock, tex, text } from '../document.ts';
import { formulaProse } from '../formulaProse.ts';
import { valueTex } from './critical.ts';

/** `G1`, the first correction of the kernel, as `G^{\\{1\\}}`. */
function couplingTex(name: string): string {
  const [, letter, order] = /^([A-Za-z]+)(\d+)$/.exec(name) ?? [];
  return letter === undefined ? latexName(name) : `${latexName(letter)}^{\\{${order!}\\}}`;
}

/** Nothing where there is no critical point: the search says so. */
export function universalityBlocks(report: UniversalityReport): Block[] {
  const { point, none, kernel, couplings, observables, perturbations, offCritical = [], approach } = report;
  if (!point) return [];
  const heading: Block = { kind: 'heading', level: 2, text: [text('Universality')] };
  if (none !== undefined)
    return [heading, { kind: 'paragraph', text: [...formulaProse(`Nothing to scale: ${none}.`)] }];
  const values = Object.entries(point.parameters).map(
    ([name, value]) => `${latexName(name)} = ${shortTex(value)}`,
  );
  const flow =
    kernel === 'fixed'
      ? prose`the kernel stays where it is`
      : kernel
        ? prose`${`K \\sim ${lawTex(kernel)}`} at large depth`
        : [];
  return [
    heading,
    { kind: 'paragraph', text: [...prose`At ${values.join(',\\ ')}: `, ...flow, text('.')] },
    ...(couplings.length > 0 ? [scalingTable(couplings, report, true)] : []),
    ...(observables.length > 0 ? [scalingTable(observables, report, false)] : []),
    ...(perturbations.length > 0 ? [perturbationTable(perturbations)] : []),
    ...(offCritical.length > 0 ? [offCriticalTable(report, offCritical)] : []),
    ...(approach ? approachBlocks(approach) : []),
  ];
}

function approachBlocks({
  side,
  deviation,
  onset,
  couplings,
  observables,
  perturbations,
}: ApproachReport): Block[] {
  return [
    {
      kind: 'paragraph',
      text: prose`On the approach from ${`\\text{${side}}`}, ${`K - K^* \\sim ${lawTex(deviation)}`}, far beyond ${`\\ell = ${valueTex(onset, 3)}`}:`,
    },
    ...(couplings.length > 0 ? [scalingTable(couplings, {}, true)] : []),
    ...(observables.length > 0 ? [scalingTable(observables, {}, false)] : []),
    ...(perturbations.length > 0 ? [perturbationTable(perturbations)] : []),
  ];
}

function offCriticalTable({ point }: UniversalityReport, entries: readonly OffCritical[]): TableBlock {
  const depth = (value: number | null): Inline[] => [tex(valueTex(value ?? Infinity, 5))];
  return {
    kind: 'table',
    caption: [text('Correlation depths with one parameter off its critical value.')],
    columns: [
      { head: [text('parameter')], align: 'left' },
      { head: [tex('K^*')], align: 'left' },
      { head: [tex('\\xi_\\parallel')], align: 'left' },
      { head: [tex('\\xi_\\perp')], align: 'left' },
      { head: [text('phase')], align: 'left' },
    ],
    rows: entries.map(({ parameter, delta, kernel, parallel, perpendicular, phase }) => [
      [tex(`${latexName(parameter)} = ${valueTex((point?.parameters[parameter]?.value ?? 0) + delta, 6)}`)],
      [tex(valueTex(kernel ?? Infinity, 6))],
      depth(parallel),
      depth(perpendicular),
      [text(phase)],
    ]),
  };
}

function scalingTable(
  entries: readonly ScalingEntry[],
  { fit }: Pick<UniversalityReport, 'fit'>,
  isCoupling: boolean,
): TableBlock {
  const column = (...head: readonly Inline[]) => ({ head, align: 'left' as const });
  const depths = fit
    ? [...prose`fitted, ${`\\ell = ${fit.from},\\ldots,${fit.to}`}`]
    : entries.some(({ fitted }) => fitted)
      ? [text('fitted')]
      : undefined;
  return {
    kind: 'table',
    caption: [
      text(
        isCoupling
          ? 'Couplings at large depth; the last column is their growth in units of the kernel and the tangent kernel.'
          : 'Observables at large depth.',
      ),
    ],
    columns: [
      column(text(isCoupling ? 'coupling' : 'observable')),
      column(text('order')),
      column(text('derived')),
      ...(depths ? [column(...depths)] : []),
      ...(isCoupling ? [column(text('dimensionless'))] : []),
    ],
    rows: entries.map((entry) => [
      [tex(couplingTex(entry.name))],
      [tex(orderTex(entry.order))],
      derived(entry),
      ...(depths ? [fittedInline(entry)] : []),
      ...(isCoupling ? [dimensionless(entry)] : []),
    ]),
  };
}

function orderTex(order: number): string {
  if (order === 0) return '1';
  return order > 0 ? `1/n${order === 1 ? '' : `^{${order}}`}` : `n${order === -1 ? '' : `^{${-order}}`}`;
}

const LONGEST = 40;

function derived({ law, exact, note }: ScalingEntry): Inline[] {
  const shown = exact && exact.text.length <= LONGEST ? `= ${exact.latex}` : law && `\\sim ${lawTex(law)}`;
  return [
    ...(shown === undefined ? [] : [tex(shown)]),
    ...(note === undefined ? [] : formulaProse(`${shown === undefined ? '' : ' '}${note}`)),
  ];
}

function fittedInline({ fitted }: ScalingEntry): Inline[] {
  if (!fitted) return [];
  const power = fitted.exponent === undefined ? '' : `\\,\\ell^{${fitted.exponent.toFixed(4)}}`;
  return [tex(`${valueTex(fitted.amplitude, 5)}${power}`)];
}

function dimensionless({ dimensionless: size }: ScalingEntry): Inline[] {
  return size ? [tex(`\\ell^{${shortTex(size.exponent)}}`), text(`, ${size.relevance}`)] : [];
}

function perturbationTable(perturbations: readonly Perturbation[]): TableBlock {
  const inputs = ['parallel', 'perpendicular'];
  return {
    kind: 'table',
    caption: prose`How the kernel moves, compared with ${'K'}, when a parameter or an input is off by a little.`,
    columns: [
      { head: [text('perturbation of')], align: 'left' },
      { head: [text('grows as')], align: 'left' },
      { head: [], align: 'left' },
      { head: [tex('\\xi_\\parallel')], align: 'left' },
    ],
    rows: perturbations.map(({ of, exponent, relevance, nu }) => [
      [inputs.includes(of) ? text(`the input, ${of}`) : tex(latexName(of))],
      [tex(`\\ell^{${shortTex(exponent)}}`)],
      [text(relevance)],
      nu ? [tex(`\\sim |\\delta|^{-${shortTex(nu)}}`)] : [],
    ]),
  };
}

function lawTex({ amplitude, exponent, logarithm }: PowerLaw): string {
  const written = amplitude ? shortTex(amplitude) : '\\text{const}';
  const power = exponent.value === 0 ? '' : exponent.value === 1 ? '\\ell' : `\\ell^{${shortTex(exponent)}}`;
  const logs = logarithm === 0 ? '' : logarithm === 1 ? '\\log(\\ell)' : `\\log^{${logarithm}}(\\ell)`;
  const rest = [logs, power].filter((part) => part !== '').join('\\,');
  // A sum in front of a power of depth.
  const isSum = / [+-] /.test(amplitude?.exact?.text ?? '') && rest !== '';
  return [isSum ? `\\left(${written}\\right)` : written, rest].filter((part) => part !== '').join('\\,');
}

function shortTex({ value, exact }: ExactNumber): string {
  return exact && exact.text.length <= 20 ? exact.latex : valueTex(value, 8);
}
