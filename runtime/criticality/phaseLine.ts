/** The line between the phases: where an edge of the grid crosses it is found by bisection, then cell by cell it is put together. */
import type { PhasePoint } from './phasePoint.ts';

export interface LineVertex {
  readonly at: readonly [number, number];
  /** The kernel jumps there: it goes to another fixed point, and chi_perp passes 1 without taking the value. */
  readonly jump?: true;
}

/** Crossings closer than this part of an edge are not told apart. */
const RESOLUTION = 1e-11;

export function traceLine(
  xs: readonly number[],
  ys: readonly number[],
  grid: readonly (readonly PhasePoint[])[],
  at: (x: number, y: number) => PhasePoint,
  refined: { readonly x: boolean; readonly y: boolean },
): LineVertex[][] {
  const vertices = new Map<string, LineVertex>();
  const edge = (i: number, j: number, horizontal: boolean): string | undefined => {
    const key = `${i},${j},${horizontal ? 'x' : 'y'}`;
    if (vertices.has(key)) return key;
    const [first, second] = [grid[j]?.[i], horizontal ? grid[j]?.[i + 1] : grid[j + 1]?.[i]];
    if (!first || !second || isChaotic(first) === isChaotic(second)) return undefined;
    const end = horizontal ? ([xs[i + 1]!, ys[j]!] as const) : ([xs[i]!, ys[j + 1]!] as const);
    const start = [xs[i]!, ys[j]!] as const;
    const isRefined = horizontal ? refined.x : refined.y;
    vertices.set(
      key,
      isRefined ? crossing(start, end, isChaotic(first), at) : between(start, end, first, second),
    );
    return key;
  };
  const segments: [string, string][] = [];
  for (let j = 0; j + 1 < ys.length; j++)
    for (let i = 0; i + 1 < xs.length; i++) {
      const crossed = [
        edge(i, j, true),
        edge(i + 1, j, false),
        edge(i, j + 1, true),
        edge(i, j, false),
      ].filter((key) => key !== undefined);
      for (let k = 0; k + 1 < crossed.length; k += 2) segments.push([crossed[k]!, crossed[k + 1]!]);
    }
  return chains(segments).map((keys) => keys.map((key) => vertices.get(key)!));
}

/** A kernel that grows without end belongs to the side of its chi_perp. */
function isChaotic({ perpendicular }: PhasePoint): boolean {
  return perpendicular > 1;
}

function crossing(
  start: readonly [number, number],
  end: readonly [number, number],
  chaotic: boolean,
  at: (x: number, y: number) => PhasePoint,
): LineVertex {
  const place = (t: number): [number, number] => [
    start[0] + t * (end[0] - start[0]),
    start[1] + t * (end[1] - start[1]),
  ];
  let [low, high] = [0, 1];
  while (high - low > RESOLUTION) {
    const middle = (low + high) / 2;
    if (isChaotic(at(...place(middle))) === chaotic) low = middle;
    else high = middle;
  }
  const gap = Math.abs(at(...place(high)).perpendicular - at(...place(low)).perpendicular);
  return { at: place((low + high) / 2), ...(gap > 1e-4 && { jump: true as const }) };
}

/** By linear interpolation. */
function between(
  start: readonly [number, number],
  end: readonly [number, number],
  first: PhasePoint,
  second: PhasePoint,
): LineVertex {
  const t = (1 - first.perpendicular) / (second.perpendicular - first.perpendicular);
  return { at: [start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])] };
}

/** Segments that share an end, put together; open ones first end to end. */
function chains(segments: readonly (readonly [string, string])[]): string[][] {
  const links = new Map<string, string[]>();
  for (const [a, b] of segments) {
    links.set(a, [...(links.get(a) ?? []), b]);
    links.set(b, [...(links.get(b) ?? []), a]);
  }
  const used = new Set<string>();
  const walk = (from: string): string[] => {
    const chain = [from];
    used.add(from);
    for (;;) {
      const next = (links.get(chain.at(-1)!) ?? []).find((key) => !used.has(key));
      if (next === undefined) return chain;
      used.add(next);
      chain.push(next);
    }
  };
  const ends = [...links.keys()].filter((key) => links.get(key)!.length === 1);
  const open = ends.flatMap((key) => (used.has(key) ? [] : [walk(key)]));
  const closed = [...links.keys()].flatMap((key) => (used.has(key) ? [] : [walk(key)]));
  return [...open, ...closed];
}
