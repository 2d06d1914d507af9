/**
 * Walks through the unit square that fill it evenly: each begins where there is room, and ends where it comes near another one (Jobard and
 * Lefer 1997).
 */

export type PlanePoint = readonly [x: number, y: number];

export interface PlaneMap<State> {
  /** A state at this place; undefined where there is none. */
  readonly start: (place: PlanePoint) => State | undefined;
  readonly step: (state: State) => State | undefined;
  /** Where walks can be followed backwards as well. */
  readonly back?: (state: State) => State | undefined;
  readonly placeOf: (state: State) => PlanePoint;
}

/** Between walks, in units of the side of the square. */
const SPACING = 0.05;
/** A walk goes on until it is so near another one. */
const NEAREST = 0.45 * SPACING;
const LONGEST = 0.5;
const MOST_STEPS = 4000;
/** A shorter step is none: the walk has come to rest. */
const LEAST_STEP = 1e-5;
const SEEDS = 900;

export function spacedWalks<State>(map: PlaneMap<State>): (readonly PlanePoint[])[] {
  const taken = createCells();
  const walks: (readonly PlanePoint[])[] = [];
  for (let k = 1; k <= SEEDS; k++) {
    const place = seed(k);
    if (taken.isNear(place, SPACING)) continue;
    const state = map.start(place);
    if (state === undefined) continue;
    const isTaken = (at: PlanePoint): boolean => taken.isNear(at, NEAREST);
    const { back } = map;
    const before = back
      ? follow({ ...map, step: back }, state, isTaken)
          .slice(1)
          .toReversed()
      : [];
    const walk = [...before, ...follow(map, state, isTaken)];
    if (walk.length < 2) continue;
    taken.add(walk);
    walks.push(walk);
  }
  return walks;
}

/** Evenly spread whatever their number: the sequence of Roberts (2018) on the plastic number. */
function seed(k: number): PlanePoint {
  const plastic = 1.324717957244746;
  return [(0.5 + k / plastic) % 1, (0.5 + k / plastic ** 2) % 1];
}

/** Layer by layer, cut off at the edge. */
function follow<State>(
  { step, placeOf }: PlaneMap<State>,
  start: State,
  isTaken: (place: PlanePoint) => boolean,
): PlanePoint[] {
  const walk: PlanePoint[] = [placeOf(start)];
  let [state, length]: [State | undefined, number] = [start, 0];
  for (let k = 0; k < MOST_STEPS && length < LONGEST; k++) {
    state = step(state);
    if (state === undefined) break;
    const [from, to] = [walk.at(-1)!, placeOf(state)];
    if (!to.every(Number.isFinite)) break;
    const size = distance(from, to);
    if (size < LEAST_STEP) break;
    const inside = partInside(from, to);
    const part = partFree(from, to, inside, isTaken);
    walk.push(part === 1 ? to : between(from, to, part));
    length += size * part;
    if (part < 1 || isTaken(to)) break;
  }
  return walk;
}

export function distance([a, b]: PlanePoint, [c, d]: PlanePoint): number {
  return Math.hypot(c - a, d - b);
}

export function between([a, b]: PlanePoint, [c, d]: PlanePoint, part: number): PlanePoint {
  return [a + (c - a) * part, b + (d - b) * part];
}

/** How much of the way from inside to `to` lies in the unit square. */
export function partInside(from: PlanePoint, to: PlanePoint): number {
  const parts = [0, 1].map((k) => {
    const [a, b] = [from[k]!, to[k]!];
    return b > 1 ? (1 - a) / (b - a) : b < 0 ? a / (a - b) : 1;
  });
  return Math.max(0, Math.min(1, ...parts));
}

/** How much of the way up to `end` comes near no other walk. */
function partFree(
  from: PlanePoint,
  to: PlanePoint,
  end: number,
  isTaken: (place: PlanePoint) => boolean,
): number {
  const pieces = Math.ceil((end * distance(from, to)) / NEAREST);
  const parts = Array.from({ length: pieces }, (_, k) => (end * (k + 1)) / pieces);
  return parts.find((part) => isTaken(between(from, to, part))) ?? end;
}

/** The places on the walks so far, found by the cell of a grid. */
function createCells() {
  const cells = new Map<string, PlanePoint[]>();
  const cellOf = (value: number): number => Math.floor(value / SPACING);
  const put = (place: PlanePoint): void => {
    const key = place.map(cellOf).join();
    cells.set(key, [...(cells.get(key) ?? []), place]);
  };
  return {
    add: (walk: readonly PlanePoint[]): void =>
      walk.forEach((to, k) => {
        const from = walk[k - 1] ?? to;
        const parts = Math.max(1, Math.ceil(distance(from, to) / (NEAREST / 2)));
        for (let j = 1; j <= parts; j++) put(between(from, to, j / parts));
      }),
    isNear: (place: PlanePoint, within: number): boolean => {
      const [column, row] = [cellOf(place[0]), cellOf(place[1])];
      return [-1, 0, 1].some((i) =>
        [-1, 0, 1].some((j) =>
          (cells.get(`${column + i},${row + j}`) ?? []).some((other) => distance(place, other) < within),
        ),
      );
    },
  };
}
