/** Theory against depth: each observable in a panel of its own, with what was measured at the last layer or at every layer. */
import type { CheckReport } from '../../runtime/check/report.ts';
import type { FlowResult } from '../../runtime/flow/flowResult.ts';
import type { Chart, KeyEntry, MeasuredPoint, Panel, Series } from '../chart.ts';
import { boldWords, words, type Label } from '../label.ts';
import { MOST_SERIES } from '../palette.ts';
import {
  componentLabel,
  flowComponents,
  genericLabel,
  groupBy,
  inParts,
  leadingPower,
  sumOrders,
  type FlowComponent,
  type Observables,
} from './components.ts';
import { ensembleLabel, parameterLabels, wrapNotes } from './notes.ts';

/** A check and the layer it measured. */
export interface MeasuredLayer {
  readonly layer: number;
  readonly report: CheckReport;
}

/**
 * Curves at the largest width that was measured, else at the width of the flow; without either, the leading coefficients. Thin lines are
 * the leading order where there is more.
 */
export function flowChart(
  result: FlowResult,
  observables: Observables,
  measured: readonly MeasuredLayer[] = [],
): Chart {
  const n = widthShown(result, measured);
  const panels = [...groupBy(flowComponents(result), ({ observable }) => observable)].flatMap(
    ([name, components]) =>
      inParts(components, MOST_SERIES).map((part) => flowPanel(name, part, { n, observables, measured })),
  );
  const ensembles = measured.slice(0, 1).map(({ report }) => ensembleLabel(report));
  const width: Label[] = n === undefined ? [] : [[{ text: 'n', face: 'italic' }, { text: ` = ${n}` }]];
  return {
    title: boldWords(result.study),
    notes: wrapNotes([...parameterLabels(result.parameters), ...width, ...ensembles]),
    panels,
    columns: 2,
  };
}

function widthShown({ n }: FlowResult, measured: readonly MeasuredLayer[]): number | undefined {
  const widths = measured.flatMap(({ report }) => report.rows.map((row) => row.n));
  return widths.length > 0 ? Math.max(...widths) : n;
}

interface FlowContext {
  readonly n: number | undefined;
  readonly observables: Observables;
  readonly measured: readonly MeasuredLayer[];
}

function flowPanel(name: string, components: readonly FlowComponent[], context: FlowContext): Panel {
  const { n, observables } = context;
  const all = components.flatMap(({ layers }) => layers.map(({ orders }) => orders));
  const power = leadingPower(all);
  const corrected = n !== undefined && components.some((component) => hasCorrections(component, power));
  const [only] = components;
  const alone = components.length === 1 && only !== undefined;
  const symbol = alone ? componentLabel(observables, name, only.samples) : genericLabel(observables, name);
  const series = components.flatMap((component, style) => [
    ...(corrected ? [leadingSeries(component, style, n, power)] : []),
    componentSeries(component, style, power, alone, context),
  ]);
  return {
    name,
    x: { label: words('layer ℓ'), scale: 'linear', integers: true },
    y: { label: n === undefined ? [...timesWidth(power), ...symbol] : symbol, scale: scaleFor(series) },
    series,
    key: keyOf(
      corrected,
      alone,
      power,
      components.some((component) => measuredPoints(component, context).length > 0),
    ),
  };
}

/** What is positive and spans more than this is drawn on a logarithmic axis: exponential growth as a straight line. */
const WIDEST_LINEAR = 1e3;

function scaleFor(series: readonly Series[]): 'linear' | 'log' {
  const values = series.flatMap(({ curve = [], points = [] }) => [
    ...curve.map(({ y }) => y),
    ...points.map(({ y, error = 0 }) => y - error),
  ]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least > 0 && most > WIDEST_LINEAR * least ? 'log' : 'linear';
}

/** `n^p`, in front of a quantity that begins at 1/n^p. */
export function timesWidth(power: number): Label {
  if (power === 0) return [];
  return [
    { text: 'n', face: 'italic', ...(power === 1 ? {} : { sup: words(String(power)) }) },
    { text: ' ' },
  ];
}

function hasCorrections({ layers }: FlowComponent, power: number): boolean {
  return layers.some(({ orders }) => [...orders].some(([p, value]) => p > power && value !== 0));
}

function leadingSeries(
  { observable, samples, layers }: FlowComponent,
  style: number,
  n: number,
  power: number,
): Series {
  return {
    name: `${componentName(observable, samples)} leading order`,
    style,
    stroke: 'faint',
    curve: layers.map(({ layer, orders }) => ({ x: layer, y: (orders.get(power) ?? 0) * n ** -power })),
  };
}

function componentSeries(
  component: FlowComponent,
  style: number,
  power: number,
  alone: boolean,
  context: FlowContext,
): Series {
  const { n, observables } = context;
  const { observable, samples, layers } = component;
  const points = measuredPoints(component, context);
  return {
    name: componentName(observable, samples),
    ...(alone ? {} : { label: componentLabel(observables, observable, samples, []) }),
    style,
    curve: layers.map(({ layer, orders }) => ({
      x: layer,
      y: n === undefined ? (orders.get(power) ?? 0) : sumOrders(orders, n),
    })),
    ...(points.length > 0 ? { points } : {}),
  };
}

/** `V[1,1,2,2]`, for data. */
export function componentName(observable: string, samples: readonly number[]): string {
  return samples.length === 0 ? observable : `${observable}[${samples.join(',')}]`;
}

/** What was measured of the component itself, else of one equal to it. */
function measuredPoints({ observable, equal }: FlowComponent, { measured, n }: FlowContext): MeasuredPoint[] {
  const names = equal.map((samples) => samples.join(' '));
  return measured.flatMap(({ layer, report }) => {
    const rows = report.rows.filter((row) => row.observable === observable && row.n === n);
    const name = names.find((each) => rows.some(({ indices }) => indices.join(' ') === each));
    return rows
      .filter(({ indices }) => indices.join(' ') === name)
      .flatMap(({ measured: y, standardError }) =>
        y === null ? [] : [{ x: layer, y, error: standardError ?? 0 }],
      );
  });
}

function keyOf(corrected: boolean, alone: boolean, power: number, pointed: boolean): KeyEntry[] {
  const leading =
    power === 0 ? [{ text: 'n', face: 'italic' as const }, { text: ' → ∞' }] : words('leading order');
  return [
    ...(alone && (corrected || pointed) ? [{ kind: 'solid' as const, label: words('theory') }] : []),
    ...(corrected ? [{ kind: 'faint' as const, label: leading }] : []),
    ...(pointed ? [{ kind: 'point' as const, label: words('simulation') }] : []),
  ];
}
