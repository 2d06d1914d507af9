/** Heads of arrows and the symbols of fixed points, as paths. */
import type { Point, PointSymbol, Series } from './chart.ts';
import { position, type PanelLayout } from './layout.ts';
import { lookOf, type Look } from './palette.ts';
import { fixed, type Spec } from './vegaMark.ts';

/** Of a length of 2 along the x axis, in the units of Vega's symbols. */
const HEAD = 'M-1,-0.62L1,0L-1,0.62L-0.6,0Z';
const HEAD_AREA = 24;
/** Shorter arrows have none, in pixels. */
const SHORTEST = 12;
/** Where the head is, as a part of the length. */
const AT = 0.55;

/** At its place on the curve, turned into the direction of it. */
export function arrowHead({ curve = [], style }: Series, panel: PanelLayout): Spec[] {
  const pixels = curve.map(({ x, y }) => ({
    x: position(x, panel.xScale.domain, panel.xScale.kind) * panel.width,
    y: (1 - position(y, panel.yScale.domain, panel.yScale.kind)) * panel.height,
  }));
  const lengths = pixels.slice(1).map((to, k) => Math.hypot(to.x - pixels[k]!.x, to.y - pixels[k]!.y));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total < SHORTEST) return [];
  let [k, left] = [0, AT * total];
  while (k < lengths.length - 1 && left > lengths[k]!) left -= lengths[k++]!;
  return [head(pixels[k]!, pixels[k + 1]!, left / lengths[k]!, lookOf(style))];
}

function head(from: Point, to: Point, part: number, { colour }: Look): Spec {
  const angle = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
  return headAt(from.x + part * (to.x - from.x), from.y + part * (to.y - from.y), angle, colour);
}

export function legendHead({ colour }: Look, x: number, y: number): Spec {
  return headAt(x, y, 0, colour);
}

function headAt(x: number, y: number, angle: number, colour: string): Spec {
  return fixed('symbol', {
    x: { value: x },
    y: { value: y },
    angle: { value: angle },
    shape: { value: HEAD },
    size: { value: HEAD_AREA },
    fill: { value: colour },
  });
}

const DISC = 'M-0.5,0A0.5,0.5,0,1,1,0.5,0A0.5,0.5,0,1,1,-0.5,0Z';
const LEFT_HALF = 'M0,-0.5A0.5,0.5,0,0,0,0,0.5Z';
const DIAMOND = 'M0,-0.6L0.6,0L0,0.6L-0.6,0Z';

/** The outline, and what of it is filled. */
export function pathOfSymbol(symbol: PointSymbol): { readonly outline: string; readonly face?: string } {
  switch (symbol) {
    case 'filled':
      return { outline: DISC, face: DISC };
    case 'half filled':
      return { outline: DISC, face: LEFT_HALF };
    case 'open':
      return { outline: DISC };
    case 'open diamond':
      return { outline: DIAMOND };
  }
}
