/** Finds a place for everything in a chart, so that no text meets another. All lengths in pixels (1/96 inch). */
import type { Axis, Chart, KeyEntry, Panel, Series, Tick } from './chart.ts';
import type { Label } from './label.ts';
import { labelWidth } from './labelText.ts';
import { scaleOf, powerOfTen, type Scale } from './ticks.ts';

export const FONT_SIZE = 12;
export const TICK_SIZE = 10.5;
export const TITLE_SIZE = 14;
export const NOTE_SIZE = 10.5;
/** Of the line sample in a legend, and what follows it. */
export const SAMPLE = 26;
export const LEGEND_LINE = 17;

const PLOT_WIDTH = 270;
const PLOT_HEIGHT = 185;
/** Neither axis of a map is a function of the other. */
const MAP_HEIGHT = 250;
/** Of the bar of colours and the gap to its numbers. */
const BAR = 22;
const MARGIN = 12;
const TICK_LENGTH = 5;
const GAP = 18;

export interface ChartLayout {
  readonly width: number;
  readonly height: number;
  readonly titleAt: number;
  readonly notesAt: readonly number[];
  readonly margin: number;
  readonly panels: readonly PanelLayout[];
}

/** Positions inside a panel count from the upper left corner of its plotting area. */
export interface PanelLayout {
  readonly panel: Panel;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly xScale: Scale;
  readonly yScale: Scale;
  readonly xLabel: Label;
  readonly yLabel: Label;
  /** Ticks of the x axis with text: those with room. */
  readonly xTexts: readonly Tick[];
  /** Where the axis labels stand: below the plotting area and left of it. */
  readonly xLabelAt: number;
  readonly yLabelAt: number;
  readonly legend: readonly LegendEntry[];
  readonly legendAt: number;
}

export interface LegendEntry {
  readonly label: Label;
  readonly series?: Series;
  readonly key?: KeyEntry['kind'];
}

export function layOutChart(chart: Chart): ChartLayout {
  const titleAt = MARGIN + TITLE_SIZE;
  const notesAt = chart.notes.map((_, k) => titleAt + 18 + k * 15);
  const bodyAt = (notesAt.at(-1) ?? titleAt) + 16;
  const sized = chart.panels.map(measurePanel);
  const columns = Math.max(1, Math.min(chart.columns, sized.length));
  const columnOf = (k: number): number => k % columns;
  const lefts = largestPer(sized, columnOf, columns, ({ left }) => left);
  const rights = largestPer(sized, columnOf, columns, ({ right }) => right);
  const rowCount = Math.ceil(sized.length / columns);
  const rowOf = (k: number): number => Math.floor(k / columns);
  const heights = largestPer(sized, rowOf, rowCount, ({ height }) => height);
  const tops = largestPer(sized, rowOf, rowCount, ({ top }) => top);
  const columnsAt = lefts.map(
    (left, k) => MARGIN + left + sum(lefts.slice(0, k)) + sum(rights.slice(0, k)) + k * (PLOT_WIDTH + GAP),
  );
  const bottom = X_LABEL_AT + 6;
  const rowsAt = tops.map(
    (top, k) => bodyAt + top + sum(tops.slice(0, k)) + sum(heights.slice(0, k)) + k * (bottom + GAP),
  );
  const panels = sized.map((each, k) =>
    place(each, columnsAt[columnOf(k)]!, rowsAt[rowOf(k)]!, heights[rowOf(k)]!),
  );
  const text = Math.max(
    labelWidth(chart.title, TITLE_SIZE),
    ...chart.notes.map((note) => labelWidth(note, NOTE_SIZE)),
  );
  return {
    width: Math.ceil(
      Math.max(text + 2 * MARGIN, (columnsAt.at(-1) ?? 0) + PLOT_WIDTH + (rights.at(-1) ?? 0) + MARGIN),
    ),
    height: Math.ceil((rowsAt.at(-1) ?? bodyAt) + (heights.at(-1) ?? 0) + bottom + MARGIN),
    titleAt,
    notesAt,
    margin: MARGIN,
    panels,
  };
}

const X_LABEL_AT = TICK_LENGTH + TICK_SIZE + 22;

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function largestPer<T>(
  items: readonly T[],
  groupOf: (k: number) => number,
  groups: number,
  size: (item: T) => number,
): number[] {
  return Array.from({ length: groups }, (_, group) =>
    Math.max(0, ...items.filter((_item, k) => groupOf(k) === group).map(size)),
  );
}

interface MeasuredPanel {
  readonly panel: Panel;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly height: number;
  readonly xScale: Scale;
  readonly yScale: Scale;
  readonly legend: readonly LegendEntry[];
}

function measurePanel(panel: Panel): MeasuredPanel {
  const xScale = scaleOf(panel.x, valuesOf(panel, 'x'), 6);
  const yScale = scaleOf(panel.y, valuesOf(panel, 'y'), 5);
  const legend = legendOf(panel);
  const tickWidth = Math.max(0, ...yScale.ticks.map(({ label }) => labelWidth(label, TICK_SIZE)));
  const legendWidth = Math.max(0, ...legend.map(({ label }) => labelWidth(label, FONT_SIZE)));
  const { cells } = panel;
  const barWidth = cells
    ? Math.max(
        labelWidth(cells.label, FONT_SIZE),
        ...cells.levels.map(({ label }) => BAR + labelWidth(label, TICK_SIZE)),
      )
    : 0;
  return {
    panel,
    left: TICK_LENGTH + 4 + tickWidth + 12 + FONT_SIZE * 1.3,
    right:
      legend.length === 0 && !cells
        ? 8
        : 12 + Math.max(legend.length === 0 ? 0 : SAMPLE + 6 + legendWidth, barWidth) + 4,
    top: panel.title ? 24 : 6,
    height: Math.max(cells ? MAP_HEIGHT : PLOT_HEIGHT, legend.length * LEGEND_LINE),
    xScale,
    yScale,
    legend,
  };
}

/** Everything drawn along one axis, ends of error bars included. */
function valuesOf({ series, cells }: Panel, axis: 'x' | 'y'): readonly number[] {
  if (cells) return cells[axis];
  return series.flatMap(({ curve = [], points = [] }) => [
    ...curve.map((point) => point[axis]),
    ...points.flatMap((point) =>
      axis === 'x'
        ? [point.x]
        : [point.y, point.y + (point.error ?? 0), ...(point.weak ? [] : [point.y - (point.error ?? 0)])],
    ),
  ]);
}

function legendOf({ series, key = [] }: Panel): LegendEntry[] {
  return [
    ...series.flatMap((one) => (one.label ? [{ label: one.label, series: one }] : [])),
    ...key.map(({ label, kind }) => ({ label, key: kind })),
  ];
}

function place(measured: MeasuredPanel, x: number, y: number, height: number): PanelLayout {
  const { panel, xScale, yScale, legend } = measured;
  const tickWidth = Math.max(0, ...yScale.ticks.map(({ label }) => labelWidth(label, TICK_SIZE)));
  return {
    panel,
    x,
    y,
    width: PLOT_WIDTH,
    height,
    xScale,
    yScale,
    xLabel: withUnit(panel.x, xScale),
    yLabel: withUnit(panel.y, yScale),
    xTexts: roomFor(xScale),
    xLabelAt: X_LABEL_AT,
    yLabelAt: -(TICK_LENGTH + 4 + tickWidth + 12),
    legend,
    legendAt: PLOT_WIDTH + 12,
  };
}

/** The numbers at the ticks are the quantity over this power of ten. */
function withUnit({ label }: Axis, { exponent }: Scale): Label {
  return exponent === 0 ? label : [...label, { text: ' / ' }, ...powerOfTen(exponent)];
}

/** Drops the text of ticks that would meet that of the one before; the first and the last stay when they can. */
function roomFor({ ticks, domain, kind }: Scale): Tick[] {
  const kept: Tick[] = [];
  const at = (value: number): number => position(value, domain, kind) * PLOT_WIDTH;
  const half = ({ label }: Tick): number => labelWidth(label, TICK_SIZE) / 2;
  for (const tick of ticks) {
    const before = kept.at(-1);
    if (!before || at(tick.value) - half(tick) > at(before.value) + half(before) + 5) kept.push(tick);
  }
  return kept;
}

/** 0 at the lower end of the domain, 1 at the upper. */
export function position(value: number, [low, high]: Scale['domain'], kind: Scale['kind']): number {
  return kind === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}
