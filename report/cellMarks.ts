/** The colours of a panel with cells: bands between contour lines, drawn from the lowest up, and the bar that says what they mean. */
import type { Cells, Panel } from './chart.ts';
import { LEGEND_LINE, TICK_SIZE, type PanelLayout } from './layout.ts';
import { INK } from './palette.ts';
import { fixed, type Spec, type Write } from './vegaMark.ts';

/** Made for every colour vision (Nunez, Anderton and Renslow 2018), and ever lighter, so that a grey print keeps its order. */
const SCHEME = 'cividis';

export function cellScales({ cells }: Panel): Spec[] {
  if (!cells) return [];
  const bands = cells.levels.length + 1;
  return [
    {
      name: 'cells',
      type: 'threshold',
      domain: cells.levels.map(({ value }) => value),
      range: { scheme: SCHEME, count: bands },
    },
  ];
}

/** One polygon for all that is at least a level, in pixels; corners of the grid are corners of the plotting area. */
export function cellData({ panel: { cells }, width, height }: PanelLayout): Spec[] {
  if (!cells) return [];
  const [columns, rows] = [cells.x.length, cells.y.length];
  const grid = {
    width: columns,
    height: rows,
    values: cells.rows.toReversed().flatMap((row) => row.map((value) => drawable(value, cells))),
    // Values stand in the middle of the squares of Vega's raster.
    x1: 0.5,
    y1: 0.5,
    scale: [width / (columns - 1), height / (rows - 1)],
  };
  return [
    {
      name: 'cells',
      values: [grid],
      transform: [{ type: 'isocontour', thresholds: cells.levels.map(({ value }) => value) }],
    },
  ];
}

/** Contours are interpolated, which infinite values do not allow. */
function drawable(value: number, { levels }: Cells): number {
  const [low, high] = [levels[0]!.value, levels.at(-1)!.value];
  const margin = high - low;
  return Number.isNaN(value) ? low - margin : Math.max(low - margin, Math.min(high + margin, value));
}

/** Cuts off what reaches over the edges, half a step of the grid. Clipping by reference would need an id that is unique on a page. */
export function cellProjections({ panel: { cells }, width, height }: PanelLayout): Spec[] {
  const clipExtent = [
    [0, 0],
    [width, height],
  ];
  return cells ? [{ name: 'clipped', type: 'identity', clipExtent }] : [];
}

export function cellMarks({ panel: { cells }, width, height }: PanelLayout): Spec[] {
  if (!cells) return [];
  return [
    fixed('rect', { width: { value: width }, height: { value: height }, fill: bandColour(cells, 0) }),
    {
      type: 'shape',
      aria: false,
      from: { data: 'cells' },
      encode: { enter: { fill: { scale: 'cells', field: 'contour.value' } } },
      transform: [{ type: 'geoshape', projection: 'clipped', field: 'datum.contour' }],
    },
  ];
}

/** Of the band below the level `k`; the last one is above all levels. */
function bandColour({ levels }: Cells, k: number): Spec {
  const value = k === 0 ? levels[0]!.value - 1 : levels[k - 1]!.value;
  return { scale: 'cells', value };
}

const BAR_WIDTH = 16;

/** Bands of one height, each level at the edge between two; each is drawn over the ones below, so that no gap shines through. */
export function colourBar({ panel: { cells }, legend, legendAt, height }: PanelLayout, write: Write): Spec[] {
  if (!cells) return [];
  const top = legend.length * LEGEND_LINE + 32;
  const bands = cells.levels.length + 1;
  const step = (height - top) / bands;
  return [
    write(cells.label, legendAt, top - 12),
    ...Array.from({ length: bands }, (_, k) =>
      fixed('rect', {
        x: { value: legendAt },
        y: { value: top },
        width: { value: BAR_WIDTH },
        height: { value: height - top - k * step },
        fill: bandColour(cells, k),
      }),
    ),
    fixed('rect', {
      x: { value: legendAt },
      y: { value: top },
      width: { value: BAR_WIDTH },
      height: { value: height - top },
      stroke: { value: INK },
      strokeWidth: { value: 1 },
    }),
    ...cells.levels.map(({ label }, k) =>
      write(label, legendAt + BAR_WIDTH + 6, height - (k + 1) * step + TICK_SIZE * 0.32, { size: TICK_SIZE }),
    ),
  ];
}
