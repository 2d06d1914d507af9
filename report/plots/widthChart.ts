/** Theory against width at the last layer: what was measured, over the series in 1/n through the order on trial and one beyond. */
import type { CheckReport, CheckRow } from '../../runtime/check/report.ts';
import type { Prediction } from '../../runtime/check/prediction.ts';
import type { Chart, KeyEntry, MeasuredPoint, Panel, Point, Series, Tick } from '../chart.ts';
import { boldWords, words, type Label } from '../label.ts';
import { MOST_SERIES } from '../palette.ts';
import {
  componentLabel,
  genericLabel,
  groupBy,
  inParts,
  leadingPower,
  sumOrders,
  type Observables,
} from './components.ts';
import { componentName, timesWidth } from './flowChart.ts';
import { ensembleLabel, wrapNotes } from './notes.ts';

export interface CheckedStudy {
  readonly report: CheckReport;
  readonly observables: Observables;
  readonly depth: number;
  /** The series in 1/n of every component, where they are at hand. */
  readonly predictions: readonly Prediction[];
  readonly notes: readonly Label[];
}

/** One panel an observable; stated formulas have panels of their own. */
export function widthChart(study: CheckedStudy): Chart {
  const { report, notes } = study;
  const panels = [...groupBy(componentsOf(report.rows), ([{ observable }]) => observable)].flatMap(
    ([name, components]) => inParts(components, MOST_SERIES).map((part) => widthPanel(name, part, study)),
  );
  return {
    title: boldWords(report.study),
    notes: wrapNotes([...notes, ensembleLabel(report)]),
    panels,
    columns: 2,
  };
}

type Rows = readonly [CheckRow, ...CheckRow[]];

/** The rows of each component, at their widths. */
export function componentsOf(rows: readonly CheckRow[]): Rows[] {
  return [
    ...groupBy(rows, ({ observable, indices }) => componentName(observable, indices)).values(),
  ] as unknown as Rows[];
}

function widthPanel(name: string, components: readonly Rows[], study: CheckedStudy): Panel {
  const { observables, depth, predictions } = study;
  const orders = components.map(([row]) => seriesOf(row, predictions));
  const power = leadingPower(orders.flatMap((each) => (each ? [each] : [])));
  const layer = words(`(${depth})`);
  const alone = components.length === 1;
  const [first] = components[0]!;
  const measured = measuredObservable(name);
  const symbol = alone
    ? componentLabel(observables, measured, first.indices, layer)
    : genericLabel(observables, measured, layer);
  const series = components.flatMap((rows, style) =>
    componentSeries(rows, orders[style], {
      style,
      power,
      label: alone ? undefined : componentLabel(observables, name, rows[0].indices, []),
    }),
  );
  return {
    name,
    ...(measured === name ? {} : { title: words(name) }),
    x: {
      label: [{ text: '1/' }, { text: 'n', face: 'italic' }],
      scale: 'linear',
      include: [0],
      ticks: widthTicks(components),
    },
    y: { label: [...timesWidth(power), ...symbol], scale: 'linear' },
    series,
    key: KEY.filter(({ kind }) => kind !== 'solid' || alone).filter(
      ({ kind }) => kind !== 'faint' || series.some(({ stroke }) => stroke === 'faint'),
    ),
  };
}

/** What a stated formula `V[1,1;1,1] = ...` is about; an observable is its own name. */
function measuredObservable(name: string): string {
  return /^([\p{L}_][\p{L}\p{N}_]*)\s*\[[^\]]*\]\s*=/u.exec(name)?.[1] ?? name;
}

const KEY: readonly KeyEntry[] = [
  { kind: 'solid', label: words('theory') },
  { kind: 'faint', label: words('with the next order') },
  { kind: 'point', label: words('simulation') },
];

/** Undefined for a stated formula, whose series is not known here. */
function seriesOf(
  { observable, indices }: CheckRow,
  predictions: readonly Prediction[],
): ReadonlyMap<number, number> | undefined {
  return predictions.find(
    (each) => each.observable === observable && each.indices.join(' ') === indices.join(' '),
  )?.orders;
}

interface SeriesLook {
  readonly style: number;
  readonly power: number;
  readonly label: Label | undefined;
}

const CURVE_STEPS = 48;

function componentSeries(
  rows: Rows,
  orders: ReadonlyMap<number, number> | undefined,
  look: SeriesLook,
): Series[] {
  const { style, power, label } = look;
  const [{ observable, indices, order }] = rows;
  const name = componentName(observable, indices);
  const scaled = (y: number, n: number): number => y * n ** power;
  const points = rows.flatMap(({ n, measured, standardError }): MeasuredPoint[] =>
    measured === null ? [] : [{ x: 1 / n, y: scaled(measured, n), error: scaled(standardError ?? 0, n) }],
  );
  const most = 1.06 / Math.min(...rows.map(({ n }) => n));
  const inverse = Array.from({ length: CURVE_STEPS }, (_, k) =>
    Math.max((most * k) / (CURVE_STEPS - 1), 1e-9),
  );
  const along = (through: number): Point[] =>
    orders
      ? inverse.map((x) => ({ x, y: scaled(sumOrders(orders, 1 / x, through), 1 / x) }))
      : predictedPoints(rows, scaled);
  return [
    ...(orders && [...orders].some(([p, value]) => p > order && value !== 0)
      ? [{ name: `${name} with the next order`, style, stroke: 'faint' as const, curve: along(Infinity) }]
      : []),
    { name, style, ...(label ? { label } : {}), curve: along(order), points },
  ];
}

function predictedPoints(rows: Rows, scaled: (y: number, n: number) => number): Point[] {
  return rows.flatMap(({ n, predicted }) =>
    predicted === null ? [] : [{ x: 1 / n, y: scaled(predicted, n) }],
  );
}

/** 0 and 1/n at the widths simulated. */
function widthTicks(components: readonly Rows[]): Tick[] {
  const widths = [...new Set(components.flatMap((rows) => rows.map(({ n }) => n)))].sort((a, b) => b - a);
  return [{ value: 0, label: words('0') }, ...widths.map((n) => ({ value: 1 / n, label: words(`1/${n}`) }))];
}
