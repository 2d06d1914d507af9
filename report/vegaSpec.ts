/**
 * A laid-out chart as a specification for Vega. Texts are left out of it: each is a number between two private characters, which
 * `vega.ts` replaces by the label once the picture is drawn, so that nothing a file says passes through Vega.
 */
import { cellData, cellMarks, cellProjections, cellScales, colourBar } from './cellMarks.ts';
import { arrowHead, legendHead, pathOfSymbol } from './arrowMarks.ts';
import type { Chart, MeasuredPoint, PointSymbol, Series } from './chart.ts';
import type { Label } from './label.ts';
import {
  FONT_SIZE,
  LEGEND_LINE,
  NOTE_SIZE,
  SAMPLE,
  TICK_SIZE,
  TITLE_SIZE,
  type ChartLayout,
  type LegendEntry,
  type PanelLayout,
} from './layout.ts';
import { GRID, INK, lookOf, PALE_INK, type Look } from './palette.ts';
import type { Scale } from './ticks.ts';
import { fixed, type Json, type Spec, type TextLook, type Write } from './vegaMark.ts';

export const OPEN = '\ue000';
export const CLOSE = '\ue001';

export interface ChartSpec {
  readonly spec: Spec;
  /** The labels that the numbers in the texts stand for. */
  readonly labels: readonly Label[];
}

export function chartSpec(chart: Chart, layout: ChartLayout): ChartSpec {
  const labels: Label[] = [];
  const write: Write = (label, x, y, look = {}) => {
    labels.push(label);
    return textMark(`${OPEN}${labels.length - 1}${CLOSE}`, x, y, look);
  };
  const { width, height, margin, titleAt, notesAt } = layout;
  const marks = [
    write(chart.title, margin, titleAt, { size: TITLE_SIZE }),
    ...chart.notes.map((note, k) => write(note, margin, notesAt[k]!, { size: NOTE_SIZE, colour: PALE_INK })),
    ...layout.panels.map((panel) => panelMark(panel, write)),
  ];
  return { spec: { width, height, padding: 0, autosize: 'none', background: '#ffffff', marks }, labels };
}

function channel(value: number | Spec): Json {
  return typeof value === 'number' ? { value } : value;
}

function textMark(text: string, x: number | Spec, y: number | Spec, look: TextLook): Spec {
  const { size = FONT_SIZE, colour = INK, align = 'left', angle = 0 } = look;
  return fixed('text', {
    x: channel(x),
    y: channel(y),
    text: { value: text },
    align: { value: align },
    fontSize: { value: size },
    fill: { value: colour },
    ...(angle === 0 ? {} : { angle: { value: angle } }),
  });
}

function panelMark(panel: PanelLayout, write: Write): Spec {
  const { x, y, width, height, xScale, yScale } = panel;
  const data = panel.panel.series.map((one, k) => ({ name: `series${k}`, ...seriesData(one, yScale) }));
  return {
    type: 'group',
    aria: false,
    encode: {
      enter: { x: { value: x }, y: { value: y }, width: { value: width }, height: { value: height } },
    },
    // What the grid of the group's axes spans.
    signals: [
      { name: 'width', value: width },
      { name: 'height', value: height },
    ],
    data: [
      ...cellData(panel),
      ...data.flatMap(({ name, curve, points }) => [
        { name: `${name}curve`, values: curve },
        { name: `${name}points`, values: points },
      ]),
    ],
    scales: [
      vegaScale('x', xScale, [0, width]),
      vegaScale('y', yScale, [height, 0]),
      ...cellScales(panel.panel),
    ],
    projections: cellProjections(panel),
    axes: [...axes('bottom', 'x', xScale), ...axes('left', 'y', yScale)],
    marks: [
      ...cellMarks(panel),
      ...panel.panel.series.flatMap((one, k) => [
        ...curveMarks(one, `series${k}curve`),
        ...(one.isArrow ? arrowHead(one, panel) : []),
      ]),
      ...panel.panel.series.flatMap((one, k) => pointMarks(one, `series${k}points`, dodge(k, panel))),
      fixed('rect', {
        width: { value: width },
        height: { value: height },
        stroke: { value: INK },
        strokeWidth: { value: 1 },
      }),
      ...textMarks(panel, write),
      ...colourBar(panel, write),
      ...panel.legend.flatMap((entry, k) => legendMarks(entry, panel.legendAt, 8 + k * LEGEND_LINE, write)),
    ],
  };
}

function vegaScale(name: string, { kind, domain }: Scale, range: readonly number[]): Spec {
  return { name, type: kind, domain: [...domain], range: [...range], zero: false, nice: false };
}

/** Grid lines at the ticks with text, marks on the edge at the others too. */
function axes(orient: string, scale: string, { ticks, minor }: Scale): Spec[] {
  const values = ticks.map(({ value }) => value);
  const look = { orient, scale, labels: false, domain: false, aria: false, zindex: 0 };
  return [
    { ...look, values, ticks: false, grid: true, gridColor: GRID },
    { ...look, values, tickSize: 5, tickColor: INK },
    ...(minor.length === 0 ? [] : [{ ...look, values: [...minor], tickSize: 2.5, tickColor: INK }]),
  ];
}

interface Row extends Record<string, Json> {
  readonly x: number;
  readonly y: number;
}

/** On a logarithmic axis a bar that would reach zero ends at the edge. */
function seriesData({ curve = [], points = [] }: Series, yScale: Scale): { curve: Row[]; points: Row[] } {
  const drawable = ({ y }: { readonly y: number }): boolean =>
    Number.isFinite(y) && (yScale.kind === 'linear' || y > 0);
  const low = (point: MeasuredPoint): number => {
    const end = point.weak === true ? point.y : point.y - (point.error ?? 0);
    return yScale.kind === 'log' ? Math.max(end, yScale.domain[0]) : end;
  };
  return {
    curve: curve.filter(drawable).map(({ x, y }) => ({ x, y })),
    points: points.filter(drawable).map((point) => ({
      x: point.x,
      y: point.y,
      low: low(point),
      high: point.y + (point.error ?? 0),
      weak: point.weak === true,
    })),
  };
}

/** Points of different series at one place stand side by side, in pixels. */
function dodge(at: number, { panel }: PanelLayout): number {
  const measured = panel.series.flatMap(({ points }, k) => (points && points.length > 0 ? [k] : []));
  return (measured.indexOf(at) - (measured.length - 1) / 2) * 3;
}

const from = (field: string, scale: string, offset = 0): Json => ({
  field,
  scale,
  ...(offset === 0 ? {} : { offset }),
});

function strokeOf({ stroke = 'styled', isArrow }: Pick<Series, 'stroke' | 'isArrow'>, look: Look): Spec {
  const { colour, dash } = look;
  if (isArrow) return { stroke: { value: colour }, strokeWidth: { value: 1 } };
  return stroke === 'styled'
    ? {
        stroke: { value: colour },
        strokeWidth: { value: 1.8 },
        ...(dash.length === 0 ? {} : { strokeDash: { value: [...dash] } }),
      }
    : { stroke: { value: colour }, strokeWidth: { value: 0.8 }, strokeOpacity: { value: 0.85 } };
}

/** A curve over cells has a white edge, to be seen on any of them. */
function curveMarks(series: Series, data: string): Spec[] {
  const line = (stroke: Spec): Spec => ({
    type: 'line',
    aria: false,
    from: { data },
    encode: { enter: { x: from('x', 'x'), y: from('y', 'y'), ...stroke } },
  });
  const stroke = strokeOf(series, lookOf(series.style));
  const edge = { stroke: { value: '#ffffff' }, strokeWidth: { value: 4 } };
  const isInk = typeof series.style === 'string' && series.style !== 'stream';
  return [...(isInk ? [line(edge)] : []), line(stroke)];
}

const CAP = 2.5;
const MARKER_AREA = 34;

function pointMarks({ style, points = [], symbol }: Series, data: string, shift: number): Spec[] {
  if (points.length === 0) return [];
  const { colour, marker } = lookOf(style);
  if (symbol)
    return symbolMarks(symbol, colour, { from: { data } }, { x: from('x', 'x'), y: from('y', 'y') });
  const rule = (y: string, y2: string, left: number, right: number): Spec => ({
    type: 'rule',
    aria: false,
    from: { data },
    encode: {
      enter: {
        x: from('x', 'x', shift + left),
        x2: from('x', 'x', shift + right),
        y: from(y, 'y'),
        y2: from(y2, 'y'),
        stroke: { value: colour },
        strokeWidth: { value: 1.1 },
      },
    },
  });
  return [
    rule('low', 'high', 0, 0),
    rule('low', 'low', -CAP, CAP),
    rule('high', 'high', -CAP, CAP),
    {
      type: 'symbol',
      aria: false,
      from: { data },
      encode: {
        enter: {
          x: from('x', 'x', shift),
          y: from('y', 'y'),
          shape: { value: marker },
          size: { value: MARKER_AREA },
          fill: [{ test: 'datum.weak', value: '#ffffff' }, { value: colour }],
          stroke: { value: colour },
          strokeWidth: { value: 1.1 },
        },
      },
    },
  ];
}

const SYMBOL_AREA = 64;

/** A white face, and on it what is filled. */
function symbolMarks(symbol: PointSymbol, colour: string, source: Spec, place: Spec): Spec[] {
  const { outline, face } = pathOfSymbol(symbol);
  const mark = (shape: string, fill: string): Spec => ({
    type: 'symbol',
    aria: false,
    ...source,
    encode: {
      enter: {
        ...place,
        shape: { value: shape },
        size: { value: SYMBOL_AREA },
        fill: { value: fill },
        stroke: { value: colour },
        strokeWidth: { value: 1.3 },
      },
    },
  });
  return [mark(outline, '#ffffff'), ...(face === undefined ? [] : [mark(face, colour)])];
}

function textMarks(panel: PanelLayout, write: Write): Spec[] {
  const { width, height, yScale, xLabel, yLabel, xLabelAt, yLabelAt } = panel;
  const tick = { size: TICK_SIZE };
  return [
    ...panel.xTexts.map(({ value, label }) =>
      write(label, { scale: 'x', value }, height + 8 + TICK_SIZE, { ...tick, align: 'center' }),
    ),
    ...yScale.ticks.map(({ value, label }) =>
      write(label, -8, { scale: 'y', value, offset: TICK_SIZE * 0.32 }, { ...tick, align: 'right' }),
    ),
    write(xLabel, width / 2, height + xLabelAt, { align: 'center' }),
    write(yLabel, yLabelAt, height / 2, { align: 'center', angle: -90 }),
    ...(panel.panel.title ? [write(panel.panel.title, 0, -9, {})] : []),
    ...(panel.panel.texts ?? []).map(({ x, y, label, isOnDark }) =>
      write(
        label,
        { scale: 'x', value: x },
        { scale: 'y', value: y, offset: FONT_SIZE * 0.32 },
        { align: 'center', colour: isOnDark ? '#ffffff' : INK },
      ),
    ),
  ];
}

function legendMarks({ label, series, key }: LegendEntry, x: number, y: number, write: Write): Spec[] {
  const look: Look = series ? lookOf(series.style) : { colour: PALE_INK, dash: [], marker: 'circle' };
  const hasLine = series ? series.curve !== undefined : key === 'solid' || key === 'faint';
  const hasPoint = series ? (series.points?.length ?? 0) > 0 : key === 'point' || key === 'weak';
  const stroke = strokeOf(series ?? { stroke: key === 'faint' ? 'faint' : 'styled' }, look);
  const ends = { x: { value: x }, x2: { value: x + SAMPLE }, y: { value: y }, y2: { value: y } };
  return [
    ...(hasLine ? [fixed('rule', { ...ends, ...stroke })] : []),
    ...(series?.isArrow ? [legendHead(look, x + SAMPLE / 2 + 3, y)] : []),
    ...(hasPoint
      ? legendPoint(series, look, key === 'weak', { x: { value: x + SAMPLE / 2 }, y: { value: y } })
      : []),
    write(label, x + SAMPLE + 6, y + FONT_SIZE * 0.32),
  ];
}

function legendPoint(series: Series | undefined, look: Look, isWeak: boolean, place: Spec): Spec[] {
  if (series?.symbol) return symbolMarks(series.symbol, look.colour, {}, place);
  const isOpen = isWeak || series?.points?.every(({ weak }) => weak) === true;
  return [
    fixed('symbol', {
      ...place,
      shape: { value: look.marker },
      size: { value: MARKER_AREA },
      fill: { value: isOpen ? '#ffffff' : look.colour },
      stroke: { value: look.colour },
      strokeWidth: { value: 1.1 },
    }),
  ];
}
