/** The flow from layer to layer as a renormalisation group: arrows in the plane of two couplings, its fixed points, and the way of one network. */
import { couplingSymbols, type CouplingAxis } from '../../theory/couplingAxis.ts';
import { symbolsOf } from '../../theory/foldExpression.ts';
import { divide, power, symbol } from '../../theory/expression.ts';
import type { Study } from '../../theory/model.ts';
import { rational } from '../../theory/rational.ts';
import type { Theory } from '../../theory/theory.ts';
import { parametersOf } from '../flow/flow.ts';
import type { FlowResult } from '../flow/flowResult.ts';
import { createPlane, type Plane } from './couplingAxes.ts';
import { createCouplingMap, type CouplingMap, type CouplingState } from './couplingMap.ts';
import { everyNeed, findFixedPoints, type PlaneFixedPoint } from './planeFixedPoints.ts';
import { spacedWalks, type PlaneMap, type PlanePoint } from './spacedWalks.ts';

/** Plain data; places are values of the two axes. */
export interface CouplingFlow {
  readonly study: string;
  readonly parameters: FlowResult['parameters'];
  readonly axes: readonly [Required<CouplingAxis>, Required<CouplingAxis>];
  /** The power of 1/n of each coupling in them. */
  readonly orders: Readonly<Record<string, number>>;
  /** The two axes determine one another: what is drawn is the field of arrows from one layer to the next, else ways of networks. */
  readonly isClosed: boolean;
  /** What the starting points have in common: further couplings that the two depend on, at their values in layer 1. */
  readonly shared: Readonly<Record<string, number>>;
  /** Through many starting points: lines along the arrows, or else layer by layer. */
  readonly walks: readonly (readonly PlanePoint[])[];
  /** The first sample of the study, layers 1, 2, ... */
  readonly own: readonly PlanePoint[];
  readonly fixedPoints: readonly PlaneFixedPoint[];
  /** The layer has no scale: every kernel is a fixed point. */
  readonly everyKernel: boolean;
}

/** Throws UserError where there is no plane: both axes say the same, or the study is not one network that repeats its layer. */
export function couplingFlow(
  theory: Theory,
  study: Study,
  wanted: readonly [CouplingAxis, CouplingAxis],
): CouplingFlow {
  const map = createCouplingMap(theory, study, couplingsOf(theory, wanted));
  const depth = Math.max(study.depth, ...study.flows.map(({ to }) => to));
  const layers = map.layers(depth);
  const plane = createPlane(theory, study, map, wanted, layers);
  const own = layers.map(plane.read);
  const { points, everyKernel } = findFixedPoints(map, plane);
  const axes = wanted.map((axis, k) => ({
    ...axis,
    range:
      axis.range ??
      rangeOf(
        own.map((place) => place[k]!),
        valuesOf(points, k),
      ),
  })) as unknown as CouplingFlow['axes'];
  const toPlane = (unit: PlanePoint): PlanePoint =>
    eachAxis(axes, ([low, high], k) => low + unit[k] * (high - low));
  const toUnit = (place: PlanePoint): PlanePoint =>
    eachAxis(axes, ([low, high], k) => (place[k] - low) / (high - low));
  const others = everyNeed(map, plane.needs.flat()).filter((place) => !plane.varied.includes(place));
  const walks =
    others.length === 0
      ? spacedWalks(alongArrows(map, plane, toPlane, toUnit))
      : spacedWalks<CouplingState>({
          start: (unit) => plane.stateAt(toPlane(unit)),
          step: map.step,
          placeOf: (state) => toUnit(plane.read(state)),
        });
  const symbols = wanted.flatMap(({ expression }) => symbolsOf(expression));
  return {
    study: study.name,
    parameters: parametersOf(study),
    axes,
    orders: Object.fromEntries(
      map.names.flatMap((name, place) => (symbols.includes(name) ? [[name, map.orders[place]!]] : [])),
    ),
    isClosed: others.length === 0,
    shared: Object.fromEntries(others.map((place) => [map.names[place]!, layers[0]![place]!])),
    walks: walks.map((walk) => walk.map(toPlane)),
    own,
    fixedPoints: points.filter(({ x, y }) =>
      [x, y].every((value, k) => value === undefined || isWithin(value, axes[k]!.range)),
    ),
    everyKernel,
  };
}

/** Undefined where an axis contains an observable: then no coupling is left out. */
function couplingsOf(theory: Theory, axes: readonly CouplingAxis[]): string[] | undefined {
  const symbols = axes.flatMap(({ expression }) => symbolsOf(expression));
  const couplings = couplingSymbols({ ...theory, model: { ...theory.model, observables: [] } });
  return symbols.every((name) => couplings.includes(name)) ? symbols : undefined;
}

/** Length of a step along the arrows, in units of the side of the square. */
const STRIDE = 0.008;

/** Lines that are tangent everywhere to the arrow from a place to the one of the next layer; shorter steps where the arrows are short. */
function alongArrows(
  map: CouplingMap,
  plane: Plane,
  toPlane: (unit: PlanePoint) => PlanePoint,
  toUnit: (place: PlanePoint) => PlanePoint,
): PlaneMap<PlanePoint> {
  const arrowAt = (unit: PlanePoint): PlanePoint | undefined => {
    const state = plane.stateAt(toPlane(unit));
    const next = state && map.step(state);
    if (!next) return undefined;
    const to = toUnit(plane.read(next));
    return [to[0] - unit[0], to[1] - unit[1]];
  };
  const moved = (unit: PlanePoint, arrow: PlanePoint, by: number): PlanePoint => {
    const size = Math.hypot(...arrow);
    const part = size === 0 ? 0 : (Math.sign(by) * Math.min(Math.abs(by), size)) / size;
    return [unit[0] + part * arrow[0], unit[1] + part * arrow[1]];
  };
  const go =
    (by: number) =>
    (unit: PlanePoint): PlanePoint | undefined => {
      const arrow = arrowAt(unit);
      const middle = arrow && arrowAt(moved(unit, arrow, by / 2));
      return middle && moved(unit, middle, by);
    };
  return { start: (unit) => unit, step: go(STRIDE), back: go(-STRIDE), placeOf: (unit) => unit };
}

function eachAxis(
  axes: CouplingFlow['axes'],
  value: (range: readonly [number, number], k: 0 | 1) => number,
): PlanePoint {
  return [value(axes[0].range, 0), value(axes[1].range, 1)];
}

function valuesOf(points: readonly PlaneFixedPoint[], k: number): number[] {
  return points.flatMap(({ x, y }) => (k === 0 ? x : y) ?? []);
}

/** Fixed points further out than this, in units of the way of the network, are left out. */
const FAR = 3;

/** From zero where nothing is negative, with room beyond the values. */
function rangeOf(own: readonly number[], fixed: readonly number[]): readonly [number, number] {
  const finite = [0, ...own.filter(Number.isFinite)];
  const reach = FAR * (Math.max(...finite) - Math.min(...finite));
  const all = [...finite, ...fixed.filter((value) => Math.abs(value) <= reach)];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  if (low === high) return [0, 1];
  const room = 0.35 * (high - low);
  return [low === 0 ? 0 : low - room, high === 0 ? 0 : high + room];
}

function isWithin(value: number, [low, high]: readonly [number, number]): boolean {
  const margin = 1e-9 * (high - low);
  return value >= low - margin && value <= high + margin;
}

/** What is worth a picture without being asked for: the four-point vertex and the tangent kernel, each over the kernel. */
export function defaultAxes(theory: Theory): (readonly [CouplingAxis, CouplingAxis])[] {
  const known = couplingSymbols(theory);
  const kernel = symbol('K');
  const x: CouplingAxis = { text: 'K', expression: kernel };
  const vertex: CouplingAxis = {
    text: 'V / K^2',
    expression: divide(symbol('V'), power(kernel, rational(2))),
  };
  const tangent: CouplingAxis = { text: 'Theta', expression: symbol('Theta') };
  return [
    ...(known.includes('V') ? [[x, vertex] as const] : []),
    ...(known.includes('Theta') ? [[x, tangent] as const] : []),
  ];
}
