/** Two expressions of couplings as the axes of a plane, read off a state and put into one. */
import { UserError } from '../../diagnostics/diagnostic.ts';
import type { CouplingAxis } from '../../theory/couplingAxis.ts';
import { evaluate } from '../../theory/evaluate.ts';
import { symbolsOf } from '../../theory/foldExpression.ts';
import type { Study } from '../../theory/model.ts';
import type { Theory } from '../../theory/theory.ts';
import { createObservableEvaluator, derivedObservables } from '../flow/evaluateObservables.ts';
import { coefficient } from '../flow/laurent.ts';
import type { CouplingMap, CouplingState } from './couplingMap.ts';
import type { PlanePoint } from './spacedWalks.ts';

export interface Plane {
  /** The values of the two axes. */
  readonly read: (state: CouplingState) => PlanePoint;
  /** The couplings that each of them is made of. */
  readonly needs: readonly [readonly number[], readonly number[]];
  /** The two couplings that move the starting points. */
  readonly varied: readonly [number, number];
  /** The state of layer 1 with these two such that the axes have the given values; undefined where there is none. */
  readonly stateAt: (place: PlanePoint) => CouplingState | undefined;
}

/** `layers` are the states of the study itself. Throws UserError where both axes are functions of one coupling. */
export function createPlane(
  theory: Theory,
  study: Study,
  map: CouplingMap,
  axes: readonly [CouplingAxis, CouplingAxis],
  layers: readonly CouplingState[],
): Plane {
  // A state in which what grows with depth is there already.
  const generic = (layers[2] ?? layers.at(-1)!).map((value) => (value === 0 ? 0.01 : value));
  const values = symbolValues(theory, study, map, axes, generic);
  const read = (state: CouplingState): PlanePoint => {
    const bindings = values(state);
    return [evaluate(axes[0].expression, bindings), evaluate(axes[1].expression, bindings)];
  };
  const needs = [0, 1].map((k) =>
    map.names.flatMap((_, place) => {
      const moved = generic.map((value, at) => (at === place ? value * 1.01 : value));
      return read(moved)[k] === read(generic)[k] ? [] : [place];
    }),
  ) as [number[], number[]];
  const varied = variedCouplings(axes, needs);
  return { read, needs, varied, stateAt: createInverse(map, read, varied, layers[0]!) };
}

/** Values of the symbols of both axes in a state. */
function symbolValues(
  theory: Theory,
  study: Study,
  map: CouplingMap,
  axes: readonly CouplingAxis[],
  generic: CouplingState,
): (state: CouplingState) => ReadonlyMap<string, number> {
  const symbols = [...new Set(axes.flatMap(({ expression }) => symbolsOf(expression)))];
  const named = symbols.filter((name) => map.names.includes(name));
  const responds = symbols.some((name) => name.startsWith('chi_') && !named.includes(name));
  const observables = derivedObservables(
    theory,
    theory.model.observables.filter(({ name }) => symbols.includes(name) && !named.includes(name)),
  );
  const evaluator = createObservableEvaluator(theory, study);
  const series = (at: number, state: CouplingState) => {
    const { name, indices } = observables[at]!;
    return evaluator.observable(
      name,
      indices.flat().map(() => '1'),
      map.layerState(state),
    );
  };
  const powers = observables.map((_, at) => {
    const { first, coefficients } = series(at, generic);
    return (
      first +
      Math.max(
        0,
        coefficients.findIndex((value) => value !== 0),
      )
    );
  });
  return (state) =>
    new Map([
      ...named.map((name): [string, number] => [name, state[map.names.indexOf(name)]!]),
      ...(responds ? susceptibilities(map, state) : []),
      ...observables.map(({ name }, at): [string, number] => [
        name,
        coefficient(series(at, state), powers[at]!) ?? NaN,
      ]),
    ]);
}

function susceptibilities(map: CouplingMap, state: CouplingState): [string, number][] {
  const { parallel, perpendicular } = map.susceptibilities(state[map.kernel]!);
  return [
    ['chi_par', parallel],
    ['chi_perp', perpendicular],
  ];
}

/** Of each axis the last coupling, the one that the others drive; another one where both axes have the same. */
function variedCouplings(
  axes: readonly [CouplingAxis, CouplingAxis],
  [ofX, ofY]: readonly [readonly number[], readonly number[]],
): readonly [number, number] {
  const except = (places: readonly number[], taken: number | undefined): number | undefined =>
    places.findLast((place) => place !== taken);
  const [x, y] = [ofX.at(-1), ofY.at(-1)];
  const pair = x === y ? (except(ofY, x) === undefined ? [except(ofX, y), y] : [x, except(ofY, x)]) : [x, y];
  const [first, second] = pair;
  if (first !== undefined && second !== undefined) return [first, second];
  const names = axes.map(({ text }) => `\`${text}\``).join(' and ');
  throw new UserError(
    x === undefined || y === undefined
      ? `\`${axes[x === undefined ? 0 : 1].text}\` does not change from layer to layer`
      : `${names} are functions of one coupling: there is no plane to draw`,
  );
}

const MOST_STEPS = 60;
const TOLERANCE = 1e-9;

/** Newton's method in the logarithm of the kernel and in the other coupling, its steps cut short where they are large. */
function createInverse(
  { kernel }: CouplingMap,
  read: (state: CouplingState) => PlanePoint,
  varied: readonly [number, number],
  first: CouplingState,
): (place: PlanePoint) => CouplingState | undefined {
  const isLogarithmic = varied.map((place) => place === kernel);
  const stateOf = (unknowns: readonly number[]): CouplingState =>
    first.map((value, place) => {
      const k = varied.indexOf(place);
      if (k < 0) return value;
      return isLogarithmic[k] ? Math.exp(unknowns[k]!) : unknowns[k]!;
    });
  return (target) => {
    const scale = target.map((value) => 1 + Math.abs(value));
    const missing = (unknowns: readonly number[]): PlanePoint =>
      read(stateOf(unknowns)).map((value, k) => (value - target[k]!) / scale[k]!) as unknown as PlanePoint;
    let unknowns = varied.map((place, k) =>
      isLogarithmic[k] ? Math.log(first[place]! || 1) : first[place]!,
    );
    for (let step = 0; step < MOST_STEPS; step++) {
      const here = missing(unknowns);
      if (!here.every(Number.isFinite)) return undefined;
      if (here.every((value) => Math.abs(value) < TOLERANCE)) return stateOf(unknowns);
      const by = solveTwo(jacobian(missing, unknowns, here), here);
      if (!by.every(Number.isFinite)) return undefined;
      unknowns = unknowns.map(
        (value, k) => value - (isLogarithmic[k] ? Math.max(-1, Math.min(1, by[k]!)) : by[k]!),
      );
    }
    return undefined;
  };
}

type Matrix = readonly [readonly [number, number], readonly [number, number]];

function jacobian(
  of: (unknowns: readonly number[]) => PlanePoint,
  at: readonly number[],
  here: PlanePoint,
): Matrix {
  const columns = at.map((value, k) => {
    const size = 1e-6 * (1 + Math.abs(value));
    const there = of(at.map((each, j) => (j === k ? each + size : each)));
    return there.map((moved, j) => (moved - here[j]!) / size);
  });
  return [
    [columns[0]![0]!, columns[1]![0]!],
    [columns[0]![1]!, columns[1]![1]!],
  ];
}

function solveTwo([[a, b], [c, d]]: Matrix, [u, v]: PlanePoint): PlanePoint {
  const determinant = a * d - b * c;
  return [(d * u - b * v) / determinant, (a * v - c * u) / determinant];
}
