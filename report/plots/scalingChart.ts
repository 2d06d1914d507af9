/** How what theory leaves over falls with width, on logarithmic axes: with the fitted power where noise lets one be fitted. */
import type { CheckReport, CheckRow, ScalingRow } from '../../runtime/check/report.ts';
import type { Chart, MeasuredPoint, Panel, Point, Series } from '../chart.ts';
import { boldWords, minus, symbolLabel, words, type Label } from '../label.ts';
import { MOST_SERIES } from '../palette.ts';
import { componentLabel, groupBy, inParts, type Observables } from './components.ts';
import { componentName } from './flowChart.ts';
import { ensembleLabel, wrapNotes } from './notes.ts';
import { componentsOf, type CheckedStudy } from './widthChart.ts';

export function scalingChart({ report, observables, notes }: CheckedStudy): Chart {
  const panels = [...groupBy(componentsOf(report.rows), ([{ observable }]) => observable)].flatMap(
    ([name, components]) =>
      inParts(components, MOST_SERIES).map((part) => scalingPanel(name, part, report, observables)),
  );
  return {
    title: boldWords(report.study),
    notes: wrapNotes([...notes, ensembleLabel(report)]),
    panels,
    columns: 2,
  };
}

type Rows = readonly CheckRow[];

function scalingPanel(
  name: string,
  components: readonly Rows[],
  report: CheckReport,
  observables: Observables,
): Panel {
  const declared = observables.some((each) => each.name === name);
  const symbol: Label = declared ? symbolLabel(name) : words('formula');
  const widths = [...new Set(components.flatMap((rows) => rows.map(({ n }) => n)))].sort((a, b) => a - b);
  return {
    name,
    ...(declared ? {} : { title: words(name) }),
    x: {
      label: [{ text: 'width ' }, { text: 'n', face: 'italic' }],
      scale: 'log',
      ticks: widths.map((value) => ({ value, label: words(String(value)) })),
    },
    y: { label: [{ text: '| measured − predicted | of ' }, ...symbol], scale: 'log' },
    series: components.map((rows, style) =>
      scalingSeries(rows, style, scalingRowOf(rows, report), observables),
    ),
    ...(components.some((rows) => residuals(rows).some(({ weak }) => weak))
      ? { key: [{ kind: 'weak' as const, label: words('within its error') }] }
      : {}),
  };
}

function scalingRowOf([row]: Rows, { scaling }: CheckReport): ScalingRow | undefined {
  return scaling.find(
    (each) => each.observable === row?.observable && each.indices.join(' ') === row.indices.join(' '),
  );
}

function scalingSeries(
  rows: Rows,
  style: number,
  fit: ScalingRow | undefined,
  observables: Observables,
): Series {
  const [{ observable, indices }] = rows as [CheckRow];
  const points = residuals(rows);
  const exponent = fit?.exponent ?? undefined;
  const curve = exponent === undefined ? undefined : fittedLine(points, exponent);
  const declared = observables.some((each) => each.name === observable);
  return {
    name: componentName(observable, indices),
    label: [
      ...(declared ? componentLabel(observables, observable, indices, []) : words('stated')),
      ...(exponent === undefined ? [] : powerLabel(exponent, fit?.exponentError ?? null)),
    ],
    style,
    points,
    ...(curve ? { curve } : {}),
  };
}

/** `: n^-2.1(3)`. */
function powerLabel(exponent: number, error: number | null): Label {
  const digits = error === null || error >= 0.95 ? 1 : 2;
  const uncertain = error === null ? '' : `(${digits === 2 ? Math.round(error * 100) : error.toFixed(1)})`;
  return [
    { text: ': ' },
    { text: 'n', face: 'italic', sup: words(`${minus((-exponent).toFixed(digits))}${uncertain}`) },
  ];
}

function residuals(rows: Rows): MeasuredPoint[] {
  return rows.flatMap(({ n, measured, predicted, standardError }) => {
    if (measured === null || predicted === null) return [];
    const y = Math.abs(measured - predicted);
    const error = standardError ?? 0;
    return [{ x: n, y, error, weak: y <= error }];
  });
}

/** The least-squares amplitude of n^-exponent, each point weighed by its error. */
function fittedLine(points: readonly MeasuredPoint[], exponent: number): Point[] {
  let [signal, weight] = [0, 0];
  for (const { x, y, error = 1 } of points) {
    const shape = x ** -exponent / error;
    signal += (shape * y) / error;
    weight += shape * shape;
  }
  const amplitude = signal / weight;
  return [...points].sort((p, q) => p.x - q.x).map(({ x }) => ({ x, y: amplitude * x ** -exponent }));
}
