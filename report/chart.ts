/**
 * A picture as data: panels of curves, measured points and coloured cells over two axes. Plots make it from results, `layOutChart` finds a place for
 * everything, `renderChart` draws it, and `chartRows` lists its numbers.
 */
import type { Label } from './label.ts';
import type { Style } from './palette.ts';

export interface Chart {
  readonly title: Label;
  /** Small print below the title. */
  readonly notes: readonly Label[];
  readonly panels: readonly Panel[];
  /** Panels side by side. */
  readonly columns: number;
}

export interface Panel {
  /** Names the panel in the data. */
  readonly name: string;
  readonly title?: Label;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** Colours under the series. */
  readonly cells?: Cells;
  /** Said in the plotting area, around a place. */
  readonly texts?: readonly PlacedText[];
  /** Drawn lines of the legend that belong to no one series: what dashes mean. */
  readonly key?: readonly KeyEntry[];
}

/** One quantity on a grid over the whole plotting area, in bands of colour between levels. */
export interface Cells {
  /** Names the quantity in the data. */
  readonly name: string;
  /** Over the bar of colours. */
  readonly label: Label;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** `rows[j][i]` is the value at `x[i]`, `y[j]`; infinite ones belong to the outermost bands. */
  readonly rows: readonly (readonly number[])[];
  /** Where bands meet, ascending. */
  readonly levels: readonly Tick[];
}

export interface PlacedText extends Point {
  readonly label: Label;
  readonly isOnDark: boolean;
}

export interface Axis {
  readonly label: Label;
  readonly scale: 'linear' | 'log';
  /** Values the axis has to reach besides those drawn. */
  readonly include?: readonly number[];
  /** The only places for ticks, with their text; found from the data when absent. */
  readonly ticks?: readonly Tick[];
  /** The axis ends where its values do. */
  readonly isTight?: boolean;
  /** Layers and the like: no ticks between integers. */
  readonly integers?: boolean;
}

export interface Tick {
  readonly value: number;
  readonly label: Label;
}

/** One quantity: a curve, measured points, or both, in the look of its `style`. */
export interface Series {
  /** Names the series in the data. */
  readonly name: string;
  /** For the legend; none when the series needs no entry. */
  readonly label?: Label;
  /** Place in the palette: colour, dashes and marker together. */
  readonly style: Style;
  readonly curve?: readonly Point[];
  /** `faint` is thin: a comparison, not the result. */
  readonly stroke?: 'styled' | 'faint';
  /** The curve has a head in its middle, in the direction of its points. */
  readonly isArrow?: boolean;
  readonly points?: readonly MeasuredPoint[];
  /** In place of the marker of the style. */
  readonly symbol?: PointSymbol;
}

/** As fixed points are drawn: stable ones filled, unstable ones open, half-stable ones half of each. */
export type PointSymbol = 'filled' | 'half filled' | 'open' | 'open diamond';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface MeasuredPoint extends Point {
  /** Standard error. */
  readonly error?: number;
  /** Not distinguishable from zero on a logarithmic axis. */
  readonly weak?: boolean;
}

export interface KeyEntry {
  readonly label: Label;
  readonly kind: 'solid' | 'faint' | 'point' | 'weak';
}
