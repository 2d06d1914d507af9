/** The numbers of one study: what it sets, its flows, and what networks said. */
import { percent, significant, withError } from '../../runtime/check/formatNumber.ts';
import { mark, nameOf, sharpest, tailNote, verdictLine } from '../../runtime/check/renderReport.ts';
import type { CheckReport, CheckRow, ScalingRow } from '../../runtime/check/report.ts';
import type { Prediction } from '../../runtime/check/prediction.ts';
import type { CriticalReport } from '../../runtime/criticality/report.ts';
import type { Advice } from '../../runtime/criticality/adviceReport.ts';
import type { CouplingFlow } from '../../runtime/criticality/couplingFlow.ts';
import type { UniversalityReport } from '../../runtime/criticality/scalingReport.ts';
import type { FlowResult } from '../../runtime/flow/flowResult.ts';
import type { Study } from '../../theory/model.ts';
import { latexName, latexNotation } from '../../theory/notation.ts';
import { printLatexExpression } from '../../theory/printExpression.ts';
import {
  type Block,
  code,
  type Inline,
  prose,
  strong,
  type TableBlock,
  type TableColumn,
  tex,
  text,
} from '../document.ts';
import {
  flowComponents,
  leadingPower,
  sumOrders,
  type FlowComponent,
  type Observables,
} from '../plots/components.ts';
import { componentName, flowChart } from '../plots/flowChart.ts';
import { parameterLabels } from '../plots/notes.ts';
import type { PhaseResult } from '../plots/phaseChart.ts';
import { scalingChart } from '../plots/scalingChart.ts';
import { widthChart } from '../plots/widthChart.ts';
import { texWidth } from '../texWidth.ts';
import { adviceBlocks } from './advice.ts';
import { couplingBlocks } from './couplings.ts';
import { criticalBlocks } from './critical.ts';
import { numberTex } from './numbers.ts';
import { phaseBlocks } from './phase.ts';
import { universalityBlocks } from './universality.ts';

export interface StudyResults {
  readonly study: Study;
  readonly flows: readonly FlowResult[];
  readonly checks: readonly { readonly report: CheckReport; readonly predictions: readonly Prediction[] }[];
  /** Of its `find critical`. */
  readonly searches: readonly CriticalReport[];
  /** At the first of them. */
  readonly universality?: UniversalityReport;
  readonly advice?: Advice;
  readonly phases?: readonly PhaseResult[];
  /** Over the pairs of couplings that are worth a picture. */
  readonly couplings?: readonly CouplingFlow[];
}

const NOTATION = latexNotation(printLatexExpression);

export function studyBlocks(results: StudyResults, observables: Observables): Block[] {
  const { study, flows, checks, searches, phases = [], couplings = [], universality, advice } = results;
  return [
    { kind: 'heading', level: 1, text: [text(`Study: ${study.name}`)] },
    ...settingBlocks(study),
    ...searches.flatMap(criticalBlocks),
    ...phaseBlocks(phases),
    ...(universality ? universalityBlocks(universality) : []),
    ...(advice ? adviceBlocks(advice) : []),
    ...flows.flatMap((result) =>
      flowBlocks(
        result,
        study,
        observables,
        checks.map(({ report }) => report),
      ),
    ),
    ...couplingBlocks(couplings),
    ...checks.flatMap((_, k) => checkBlocks(results, k, observables)),
  ];
}

/** Wider than this a formula is left to the listing of the file. */
const WIDEST_FORMULA = 36;
const MOST_SAMPLE_NUMBERS = 24;

function settingBlocks({ parameters, activations, samples, depth, widths, absent = [] }: Study): Block[] {
  const values = [...parameters].map(([name, value]) => tex(`${latexName(name)} = ${valueTex(value)}`));
  const functions = [...activations].flatMap(([slot, choices]) => {
    const names = [...new Set(choices.map(({ name }) => name))];
    const written = printLatexExpression(choices[0]!.expression);
    const formula =
      names.length === 1 && texWidth(written) < WIDEST_FORMULA
        ? [text(', '), tex(`\\displaystyle ${latexName(slot)}(z) = ${written}`)]
        : [];
    return [[tex(latexName(slot)), text(': '), code(names.join(', ')), ...formula]];
  });
  const unequal = new Set(widths.map((width) => NOTATION.number(width))).size > 1;
  const dimension = samples[0]?.length ?? 0;
  const listed = samples.length * dimension <= MOST_SAMPLE_NUMBERS;
  return [
    {
      kind: 'list',
      items: [
        ...functions,
        ...(values.length === 0 ? [] : [joined(values)]),
        ...(absent.length > 0 ? [] : [prose`depth ${`L = ${depth}`}`]),
        ...(unequal
          ? [
              prose`widths of the layers over ${'n'}: ${widths.map((width) => NOTATION.number(width)).join(',\\, ')}`,
            ]
          : []),
        ...(samples.length === 0
          ? []
          : [
              listed
                ? joined(
                    samples.map((row, k) =>
                      tex(
                        `x(${k + 1}) = (${row.map((value) => numberTex(value)).join(',\\,\\allowbreak ')})`,
                      ),
                    ),
                  )
                : [
                    text(
                      `${samples.length} sample${samples.length === 1 ? '' : 's'} in ${dimension} dimensions`,
                    ),
                  ],
            ]),
      ],
    },
  ];
}

function joined(parts: readonly Inline[]): Inline[] {
  return parts.flatMap((part, k) => (k === 0 ? [part] : [text(', '), part]));
}

function valueTex(value: number | readonly number[]): string {
  return typeof value === 'number'
    ? numberTex(value)
    : `(${value.map((each) => numberTex(each)).join(',\\, ')})`;
}

function flowBlocks(
  result: FlowResult,
  study: Study,
  observables: Observables,
  reports: readonly CheckReport[],
): Block[] {
  const measured = reports.map((report) => ({ layer: study.depth, report }));
  const points = measured.length === 0 ? '' : ' Points: simulated networks, with one standard error.';
  return [
    { kind: 'heading', level: 2, text: [text('Flow through the layers')] },
    {
      kind: 'figure',
      chart: flowChart(result, observables, measured),
      caption: [text(`Theory against depth.${points}`)],
    },
    flowTable(result, observables),
  ];
}

const MOST_LAYERS = 8;

function flowTable(result: FlowResult, observables: Observables): TableBlock {
  const components = flowComponents(result);
  const layers = chosenLayers(result.layers.map(({ layer }) => layer));
  const { n } = result;
  return {
    kind: 'table',
    caption:
      n === undefined
        ? [text('Leading coefficients, layer by layer.')]
        : prose`Values at ${`n = ${n}`}, layer by layer. All of them, order by order: ${code('eft flow')}.`,
    columns: [
      { head: [tex('\\ell')], align: 'left' },
      ...layers.map((layer): TableColumn => ({ head: [tex(String(layer))], align: 'right' })),
    ],
    rows: components.map((component) => [
      componentInline(component, observables),
      ...layers.map((layer) => [printedNumber(flowValue(component, layer, n))]),
    ]),
  };
}

/** The first and the last, and others in between by equal ratios. */
export function chosenLayers(layers: readonly number[]): number[] {
  if (layers.length <= MOST_LAYERS) return [...layers];
  const wanted = Array.from({ length: MOST_LAYERS }, (_, k) =>
    Math.round((layers.length - 1) ** (k / (MOST_LAYERS - 1)) - (k === 0 ? 1 : 0)),
  );
  return [...new Set(wanted)].map((k) => layers[k]!);
}

function componentTex(
  { observable, samples }: Pick<FlowComponent, 'observable' | 'samples'>,
  observables: Observables,
): string {
  let at = 0;
  const groups = observables.find(({ name }) => name === observable)?.indices ?? [];
  return NOTATION.observable(
    observable,
    groups.map((group) => samples.slice(at, (at += group.length)).map(String)),
  );
}

/** A combination of observables, `V / G^2`, is shown as it is written. */
function componentInline(component: FlowComponent, observables: Observables): Inline[] {
  const { observable, samples } = component;
  return observables.some(({ name }) => name === observable)
    ? [tex(componentTex(component, observables))]
    : [code(componentName(observable, samples))];
}

function flowValue({ layers }: FlowComponent, layer: number, n: number | undefined): string {
  const orders = layers.find((each) => each.layer === layer)?.orders;
  if (!orders) return '';
  const power = leadingPower(layers.map((each) => each.orders));
  return significant(n === undefined ? (orders.get(power) ?? 0) : sumOrders(orders, n));
}

/** A number as a table prints it, `8.991e-5` as a power of ten. */
function printedNumber(printed: string): Inline {
  const [mantissa = '', exponent] = printed.split('e');
  if (exponent === undefined || !/\d/.test(mantissa)) return text(printed.replace(/-/g, '−'));
  return tex(`${mantissa} \\times 10^{${Number(exponent)}}`);
}

function checkBlocks({ study, flows, checks }: StudyResults, k: number, observables: Observables): Block[] {
  const { report, predictions } = checks[k]!;
  const notes = flows[0] ? parameterLabels(flows[0].parameters) : [];
  const checked = { report, observables, depth: study.depth, predictions, notes };
  const sentence = verdictLine(report).replace(/^[A-Z]+: /, '');
  return [
    { kind: 'heading', level: 2, text: [text('Comparison with simulated networks')] },
    {
      kind: 'verdict',
      verdict: report.verdict,
      text: [text(sentence[0]!.toUpperCase() + sentence.slice(1))],
    },
    {
      kind: 'paragraph',
      text: [
        text(
          `${report.networks} networks at each width, seed ${report.seed}, backend ${report.backend}. ` +
            (report.interrupted ? 'Interrupted before its end. ' : '') +
            (report.omitted > 0 ? `${report.omitted} further components were not compared. ` : '') +
            `Smallest error of the highest kept order that would have been seen: `,
        ),
        ...sensitivity(report, observables),
        text(['.', ...tailNote(report.scaling)].join(' ')),
      ],
    },
    {
      kind: 'figure',
      chart: widthChart(checked),
      caption: [
        text(
          'Last layer against width. Lines: theory through the order on trial; thin lines: with the next order.',
        ),
      ],
    },
    ...(report.scaling.length === 0
      ? []
      : ([
          {
            kind: 'figure',
            chart: scalingChart(checked),
            caption: [
              text(
                'What the theory leaves over against width, with the fitted power where noise lets one be told.',
              ),
            ],
          },
          scalingTable(report, observables),
        ] satisfies Block[])),
    {
      kind: 'details',
      summary: [text('All comparisons, width by width')],
      blocks: [rowTable(report, observables)],
    },
  ];
}

function sensitivity(report: CheckReport, observables: Observables): Inline[] {
  return sharpest(report).flatMap(([observable, error], k) => {
    const weak = error === null || error > report.required ? ' (too weak)' : '';
    const symbol = observables.some(({ name }) => name === observable)
      ? tex(latexName(observable))
      : code(observable);
    return [...(k === 0 ? [] : [text(', ')]), symbol, text(` ${percent(error)}${weak}`)];
  });
}

/** `V_{(11)(22)}`, or the words of a stated formula. */
function nameInline(row: CheckRow | ScalingRow, observables: Observables): Inline[] {
  const declared = observables.some(({ name }) => name === row.observable);
  return declared
    ? [tex(componentTex({ observable: row.observable, samples: row.indices }, observables))]
    : [code(nameOf(row))];
}

function verdictInline(row: CheckRow | ScalingRow): Inline[] {
  return [row.verdict === 'disagree' ? strong('disagree') : text(mark(row))];
}

const right = (...head: readonly Inline[]): TableColumn => ({ head, align: 'right' });
const left = (...head: readonly Inline[]): TableColumn => ({ head, align: 'left' });

function rowTable({ rows }: CheckReport, observables: Observables): TableBlock {
  return {
    kind: 'table',
    caption: prose`Neglected: the next power of ${'1/n'}. ${'z'}: by how many standard errors the two differ. Detectable: the smallest relative error of the power on trial that would have been seen. Consistent: not rejected, but too weak to agree.`,
    columns: [
      left(),
      right(tex('n')),
      right(text('predicted')),
      right(text('measured')),
      right(text('neglected')),
      right(tex('z')),
      right(text('detectable')),
      left(),
    ],
    rows: rows.map((row) => [
      nameInline(row, observables),
      [text(String(row.n))],
      [printedNumber(significant(row.predicted))],
      [printedNumber(withError(row.measured, row.standardError))],
      [printedNumber(significant(row.neglected))],
      [text(row.z === null ? '' : row.z.toFixed(2).replace('-', '−'))],
      [text(percent(row.detectable))],
      verdictInline(row),
    ]),
  };
}

function scalingTable({ scaling }: CheckReport, observables: Observables): TableBlock {
  return {
    kind: 'table',
    caption: prose`Measured − predicted over all widths falls as ${'n^{-p}'}; ${'z'} is what is left of it in standard errors, and detectable the smallest relative error of the power on trial that would have been seen.`,
    columns: [
      left(),
      right(tex('p')),
      right(text('expected')),
      right(tex('z')),
      right(text('detectable')),
      left(),
    ],
    rows: scaling.map((row) => [
      nameInline(row, observables),
      [text(row.exponent === null ? 'not resolved' : withError(row.exponent, row.exponentError))],
      [text(row.expected === null ? '' : String(row.expected))],
      [text(row.z === null ? '' : row.z.toFixed(2).replace('-', '−'))],
      [text(percent(row.detectable))],
      verdictInline(row),
    ]),
  };
}
