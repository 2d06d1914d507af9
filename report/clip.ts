/** Curves cut off at the edges of a plotting area. */
import type { Point } from './chart.ts';

export interface Box {
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
}

/** The pieces inside, in order; a single point is a piece of its own. */
export function clipToBox(curve: readonly Point[], box: Box): Point[][] {
  if (curve.length === 1) return isInside(curve[0]!, box) ? [[...curve]] : [];
  const pieces: Point[][] = [];
  let open = false;
  curve.slice(1).forEach((to, k) => {
    const from = curve[k]!;
    const part = partInside(from, to, box);
    if (!part) {
      open = false;
      return;
    }
    const [begin, end] = part.map((t) => ({
      x: from.x + t * (to.x - from.x),
      y: from.y + t * (to.y - from.y),
    })) as [Point, Point];
    if (open && part[0] === 0) pieces.at(-1)!.push(end);
    else pieces.push([begin, end]);
    open = part[1] === 1;
  });
  return pieces;
}

function isInside({ x, y }: Point, box: Box): boolean {
  return x >= box.x[0] && x <= box.x[1] && y >= box.y[0] && y <= box.y[1];
}

/** From which to which part of the way a segment is inside (Liang and Barsky 1984). */
function partInside(from: Point, to: Point, box: Box): readonly [number, number] | undefined {
  let [begin, end] = [0, 1];
  for (const axis of ['x', 'y'] as const) {
    const [low, high] = box[axis];
    const way = to[axis] - from[axis];
    if (way === 0) {
      if (from[axis] < low || from[axis] > high) return undefined;
      continue;
    }
    const [first, second] = [(low - from[axis]) / way, (high - from[axis]) / way].sort((a, b) => a - b);
    begin = Math.max(begin, first!);
    end = Math.min(end, second!);
  }
  return begin < end || (begin === end && begin === 0) ? [begin, end] : undefined;
}
