/** Fixed points of the flow in a plane of two couplings: first of the kernel, then of what is driven by it. */
import type { Plane } from './couplingAxes.ts';
import type { CouplingMap, CouplingState } from './couplingMap.ts';

/** How states nearby move; a saddle draws them in along some directions and drives them away along others. */
export type Stability = 'stable' | 'half-stable' | 'unstable' | 'saddle';

/** One coordinate is absent where the kernel stays and that axis does not: then it is a line. */
export interface PlaneFixedPoint {
  readonly kernel: number;
  readonly x?: number;
  readonly y?: number;
  readonly stability: Stability;
}

export interface PlaneFixedPoints {
  readonly points: readonly PlaneFixedPoint[];
  /** The layer has no scale. */
  readonly everyKernel: boolean;
}

interface KernelFixedPoint {
  readonly kernel: number;
  readonly stability: Exclude<Stability, 'saddle'>;
}

export function findFixedPoints(map: CouplingMap, plane: Plane): PlaneFixedPoints {
  const drift = createDrift(map);
  if (GRID.every((kernel) => Math.abs(drift(kernel)) < 1e-11)) return { points: [], everyKernel: true };
  const away = positiveKernels(drift).map((fixed) => atFixedKernel(map, plane, fixed));
  return {
    points: [...atZero(map, plane, drift), ...away].flatMap((point) => point ?? []),
    everyKernel: false,
  };
}

/** (K' - K) / K */
type Drift = (kernel: number) => number;

function createDrift({ kernel: place, names, step }: CouplingMap): Drift {
  return (kernel) => {
    const next = step(names.map((_, k) => (k === place ? kernel : 0)));
    return next ? next[place]! / kernel - 1 : NaN;
  };
}

const LEAST = 1e-6;
const GRID: readonly number[] = Array.from({ length: 600 }, (_, k) => LEAST * 1e9 ** (k / 599));
/** Where the kernel moves by less than this part of itself without a change of sign it is half-stable, as near as a picture shows. */
const NEARLY = 1e-6;
/** And so is a pair of fixed points that are no further apart. */
const APART = 0.01;

function positiveKernels(drift: Drift): KernelFixedPoint[] {
  const values = GRID.map(drift);
  const crossings = GRID.slice(1).flatMap((right, k): KernelFixedPoint[] => {
    const [a, b] = [values[k]!, values[k + 1]!];
    if (!(a * b < 0)) return [];
    const kernel = bisect(drift, GRID[k]!, right);
    return [{ kernel, stability: a > 0 && slopeAt(drift, kernel) > -2 ? 'stable' : 'unstable' }];
  });
  const touching = GRID.slice(2).flatMap((right, k): KernelFixedPoint[] => {
    const [a, b, c] = [values[k]!, values[k + 1]!, values[k + 2]!];
    const isTurn = a * b > 0 && b * c > 0 && Math.abs(b) <= Math.abs(a) && Math.abs(b) <= Math.abs(c);
    if (!isTurn) return [];
    const kernel = turningPoint(drift, GRID[k]!, right);
    return Math.abs(drift(kernel)) < NEARLY || drift(kernel) * b < 0
      ? [{ kernel, stability: 'half-stable' }]
      : [];
  });
  return merged([...crossings, ...touching].sort((p, q) => p.kernel - q.kernel));
}

/** K d(drift)/dK + drift: chi_par - 1. */
function slopeAt(drift: Drift, kernel: number): number {
  const size = 1e-4;
  return (drift(kernel * (1 + size)) - drift(kernel * (1 - size))) / (2 * size);
}

function bisect(drift: Drift, left: number, right: number): number {
  let [a, b] = [left, right];
  const sign = drift(a) > 0;
  for (let step = 0; step < 60; step++) {
    const middle = Math.sqrt(a * b);
    if (drift(middle) > 0 === sign) a = middle;
    else b = middle;
  }
  return Math.sqrt(a * b);
}

/** Where |drift| is least, by sections of the logarithm; it stops below zero, between two fixed points. */
function turningPoint(drift: Drift, left: number, right: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  const sign = Math.sign(drift(left));
  const height = (t: number): number => sign * drift(Math.exp(t));
  let [a, b] = [Math.log(left), Math.log(right)];
  for (let step = 0; step < 60; step++) {
    const [p, q] = [b - golden * (b - a), a + golden * (b - a)];
    if (height(p) < height(q)) b = q;
    else a = p;
  }
  return Math.exp((a + b) / 2);
}

function merged(points: readonly KernelFixedPoint[]): KernelFixedPoint[] {
  return points.reduce<KernelFixedPoint[]>((kept, point) => {
    const last = kept.at(-1);
    if (!last || point.kernel > last.kernel * (1 + APART)) return [...kept, point];
    return [
      ...kept.slice(0, -1),
      { kernel: Math.sqrt(last.kernel * point.kernel), stability: 'half-stable' },
    ];
  }, []);
}

/** Couplings a state needs to go on, themselves included. */
export function everyNeed({ needs }: CouplingMap, of: readonly number[]): number[] {
  const found = new Set(of);
  for (const place of found) needs[place]!.forEach((other) => found.add(other));
  return [...found];
}

/** A factor nearer to 1 than this leaves its coupling without a fixed value. */
const MARGINAL = 1e-5;

/** Each coupling is linear in itself: X' = factor X + source, with what comes before it at rest. */
function atFixedKernel(
  map: CouplingMap,
  plane: Plane,
  { kernel, stability }: KernelFixedPoint,
): PlaneFixedPoint | undefined {
  const state: number[] = map.names.map((_, k) => (k === map.kernel ? kernel : 0));
  const factors = new Map<number, number>();
  const isKnown = (place: number): boolean => place === map.kernel || factors.has(place);
  for (let grown = true; grown;) {
    grown = false;
    for (const place of map.names.keys()) {
      if (isKnown(place) || !map.needs[place]!.every((other) => other === place || isKnown(other))) continue;
      const next = [0, 1].map((value) => map.step(state.with(place, value))?.[place] ?? NaN);
      const factor = next[1]! - next[0]!;
      if (!(Math.abs(1 - factor) > MARGINAL)) continue;
      state[place] = next[0]! / (1 - factor);
      factors.set(place, factor);
      grown = true;
    }
  }
  const values = plane.read(state);
  const isFixed = plane.needs.map((own) => own.every(isKnown));
  const needed = everyNeed(
    map,
    plane.needs.flatMap((own, k) => (isFixed[k] ? own : [])),
  );
  const driven = needed
    .filter((place) => place !== map.kernel)
    .map((place) => Math.abs(factors.get(place)!) < 1);
  return pointOf(kernel, isFixed, values, overall(stability, driven));
}

/** `driven`: which of the other couplings return to their values. */
function overall(kernel: KernelFixedPoint['stability'], driven: readonly boolean[]): Stability {
  const isStable = driven.every(Boolean);
  if (kernel === 'half-stable') return isStable ? 'half-stable' : 'saddle';
  const parts = [kernel === 'stable', ...driven];
  return parts.every(Boolean) ? 'stable' : parts.some(Boolean) ? 'saddle' : 'unstable';
}

function pointOf(
  kernel: number,
  [hasX, hasY]: readonly boolean[],
  [x, y]: readonly [number, number],
  stability: Stability,
): PlaneFixedPoint | undefined {
  if (!hasX && !hasY) return undefined;
  return { kernel, ...(hasX && { x }), ...(hasY && { y }), stability };
}

/** So small a kernel stands for none. */
const NONE = 1e-5;

/**
 * At K = 0 ratios such as V/K^2 go on moving, or come to rest by the flow of both: where the plane is closed, its second axis is followed for
 * one layer from two values.
 */
function atZero(map: CouplingMap, plane: Plane, drift: Drift): PlaneFixedPoint[] {
  const next = map.step(map.names.map((_, k) => (k === map.kernel ? NONE : 0)))?.[map.kernel];
  if (next === undefined || next > 1e3 * NONE) return [];
  const stability = drift(NONE) < 0 ? 'stable' : 'unstable';
  const [ofX, ofY] = plane.needs;
  if (!ofX.every((place) => place === map.kernel)) return [];
  const x = limitAtZero(plane, map);
  if (x === undefined) return [];
  const line: PlaneFixedPoint = { kernel: 0, x, stability };
  const [, second] = plane.varied;
  const isClosed = everyNeed(map, [...ofX, ...ofY]).every(
    (place) => place === map.kernel || place === second,
  );
  if (!isClosed) return [line];
  const from = plane.read(map.names.map((_, k): number => (k === map.kernel ? NONE : 0)))[0];
  const moved = [0, 1].map((y) => {
    const state = plane.stateAt([from, y]);
    const after: CouplingState | undefined = state && map.step(state);
    return after ? plane.read(after)[1] : NaN;
  });
  const factor = moved[1]! - moved[0]!;
  if (!(Math.abs(1 - factor) > 100 * NONE)) return [line];
  return [{ ...line, y: moved[0]! / (1 - factor), stability: overall(stability, [Math.abs(factor) < 1]) }];
}

/** The value of the first axis as K falls to zero, where there is one. */
function limitAtZero({ read }: Plane, map: CouplingMap): number | undefined {
  const [near, nearer] = [NONE, NONE / 100].map(
    (kernel) => read(map.names.map((_, k): number => (k === map.kernel ? kernel : 0)))[0],
  ) as [number, number];
  if (!Number.isFinite(near) || Math.abs(near - nearer) > 1e-2 * (1 + Math.abs(near))) return undefined;
  return Math.abs(nearer) < 1e-3 ? 0 : nearer;
}
