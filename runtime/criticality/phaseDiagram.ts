/** `phase`: where the kernel goes and how nearby inputs fare, over two parameters, with the line between the phases. */
import { UserError } from '../../diagnostics/diagnostic.ts';
import { evaluate } from '../../theory/evaluate.ts';
import { kernelMap, type KernelMap } from '../../theory/criticality/kernelMap.ts';
import { numberExpr, type Expr } from '../../theory/expression.ts';
import { symbolsOf } from '../../theory/foldExpression.ts';
import type { ActivationChoice, PhaseAxis, PhaseRequest, Study } from '../../theory/model.ts';
import { parseRational } from '../../theory/rational.ts';
import { substitute } from '../../theory/substitute.ts';
import type { Theory } from '../../theory/theory.ts';
import { depthOf } from './fixedPoints.ts';
import { interpolateAverages } from './averageInterpolation.ts';
import { exactParameters } from './exactValues.ts';
import { kernelLine } from './kernelLine.ts';
import { bindingsOf, createOneSample, type Bindings, type Kernels } from './oneSample.ts';
import { createLocator, type PhasePoint } from './phasePoint.ts';
import { traceLine, type LineVertex } from './phaseLine.ts';

export interface PhaseOptions {
  /** Points along each axis, 200 by default. */
  readonly points?: number;
}

export interface PhaseAxisValues {
  readonly parameter: string;
  readonly values: readonly number[];
}

/** Plain data (docs/schemas/phase.schema.json); grids are rows of the second axis, each along the first. */
export interface PhaseDiagram {
  readonly study: string;
  readonly activations: Readonly<Record<string, string>>;
  readonly given: Readonly<Record<string, number>>;
  readonly axes: readonly [PhaseAxisValues, PhaseAxisValues];
  /** K*: 0 and null where the kernel falls or grows without end. */
  readonly kernel: readonly (readonly (number | null)[])[];
  readonly parallel: readonly (readonly number[])[];
  readonly perpendicular: readonly (readonly number[])[];
  /** -1/log|chi|, null where infinite. */
  readonly depths: {
    readonly parallel: readonly (readonly (number | null)[])[];
    readonly perpendicular: readonly (readonly (number | null)[])[];
  };
  readonly phase: readonly (readonly PhasePoint['phase'][])[];
  /**
   * Where chi_perp = 1, as pieces from edge to edge of the grid. Crossings along an axis that is a parameter of the activation are interpolated
   * between the points of the grid, all others refined to 11 digits of an edge.
   */
  readonly line: readonly (readonly LineVertex[])[];
}

const DEFAULT_POINTS = 200;
/** Kernels below count as zero, those above as infinite. */
export const KERNEL_RANGE = { least: 1e-8, largest: 1e4 };
/** Where averages are tabulated anew for each value of an axis. */
const NARROW_RANGE = { least: 1e-7, largest: 1e3 };

/**
 * The phase of each point is that of the fixed point which the kernel of layer 1 goes to: of the first sample of the study, or of an input
 * with |x|^2 = n_0. Throws UserError when both axes are parameters of an activation, and where values are given layer by layer.
 */
export function phaseDiagram(
  theory: Theory,
  study: Study,
  request: PhaseRequest,
  { points = DEFAULT_POINTS }: PhaseOptions = {},
): PhaseDiagram {
  const map = kernelMap(theory);
  const axisValues = ({ parameter, from, to }: PhaseAxis): PhaseAxisValues => ({
    parameter,
    values: Array.from({ length: points }, (_, k) => from + ((to - from) * k) / (points - 1)),
  });
  const [horizontal, vertical] = request.axes.map(axisValues) as readonly PhaseAxisValues[] as [
    PhaseAxisValues,
    PhaseAxisValues,
  ];
  const names = [horizontal.parameter, vertical.parameter];
  const given: Bindings = new Map([...bindingsOf(study)].filter(([name]) => !names.includes(name)));
  const inside = names.filter((name) => activationSymbols(study).includes(name));
  const at = createPhases(theory, map, study, names, inside, given);
  const grid = vertical.values.map((y) => horizontal.values.map((x) => at(x, y)));
  const each = <T>(read: (point: PhasePoint) => T): T[][] => grid.map((row) => row.map(read));
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    study: study.name,
    activations: Object.fromEntries(
      [...study.activations].map(([slot, [choice]]) => [slot, choice?.name ?? '']),
    ),
    given: Object.fromEntries(given),
    axes: [horizontal, vertical],
    kernel: each(({ kernel }) => finite(kernel)),
    parallel: each(({ parallel }) => parallel),
    perpendicular: each(({ perpendicular }) => perpendicular),
    depths: {
      parallel: each(({ parallel }) => finite(depthOf(parallel))),
      perpendicular: each(({ perpendicular }) => finite(depthOf(perpendicular))),
    },
    phase: each(({ phase }) => phase),
    line: traceLine(horizontal.values, vertical.values, grid, at, {
      x: !inside.includes(horizontal.parameter),
      y: !inside.includes(vertical.parameter),
    }),
  };
}

/** The phase at values of the two parameters; the averages of an activation are tabulated once for each of its parameters' values. */
function createPhases(
  theory: Theory,
  map: KernelMap,
  study: Study,
  names: readonly string[],
  inside: readonly string[],
  given: Bindings,
): (x: number, y: number) => PhasePoint {
  if (inside.length > 1)
    throw new UserError(
      `one axis of a phase diagram may be a parameter of the activation, not both: ${inside.join(', ')}`,
    );
  const line = kernelLine(map);
  const known = new Map<number | undefined, ReturnType<typeof createLocator>>();
  const locatorAt = (value: number | undefined): ReturnType<typeof createLocator> => {
    const found = known.get(value) ?? build(value);
    known.set(value, found);
    return found;
  };
  const build = (value: number | undefined): ReturnType<typeof createLocator> => {
    const here = value === undefined ? study : withActivationParameter(study, inside[0]!, value);
    const oneSample = createOneSample(map.ring, theory.model, here, map.labels);
    const compiled = {
      next: oneSample.compile(map.next),
      parallel: oneSample.compile(map.parallel),
      perpendicular: oneSample.compile(map.perpendicular),
    };
    return createLocator(
      compiled,
      interpolateAverages(oneSample, value === undefined ? KERNEL_RANGE : NARROW_RANGE),
      firstKernels(theory, study),
      line,
    );
  };
  return (x, y) => {
    const values = new Map([...given, [names[0]!, x], [names[1]!, y]]);
    return locatorAt(inside[0] === undefined ? undefined : values.get(inside[0]))(values);
  };
}

function activationSymbols({ settings, activations }: Study): string[] {
  const choices = settings?.activations ?? activations;
  return [...choices.values()].flat().flatMap(({ expression }) => symbolsOf(expression));
}

function withActivationParameter(study: Study, name: string, value: number): Study {
  const values = new Map([
    ...exactParameters(study),
    [name, numberExpr(parseRational(String(value)))] as const,
  ]);
  const at = ({ name: choice, expression }: ActivationChoice): ActivationChoice => ({
    name: choice,
    expression: substitute(expression, values),
  });
  const choices = study.settings?.activations ?? study.activations;
  return { ...study, activations: new Map([...choices].map(([slot, list]) => [slot, list.map(at)])) };
}

/** The kernels of layer 1 at given parameters. */
export function firstKernels({ model }: Theory, { samples }: Study): (bindings: Bindings) => Kernels {
  const [sample] = samples;
  const overlap = sample ? sample.reduce((sum, x) => sum + x * x, 0) / sample.length : 1;
  const { fields = [undefined], firstLayer } = model.architecture;
  const value = (expr: Expr, bindings: Bindings): number =>
    expr.kind === 'symbol' ? (bindings.get(expr.name) ?? evaluate(expr, bindings)) : evaluate(expr, bindings);
  return (bindings) =>
    fields.map((field) =>
      firstLayer.reduce((sum, term) => {
        if (term.kind === 'skip' || term.field !== field) return sum;
        const variance = model.groups.find(({ name }) => name === term.group)?.variance;
        if (!variance) return sum;
        const size = term.kind === 'bias' ? 1 : overlap;
        return sum + value(variance, bindings) * value(term.coefficient, bindings) ** 2 * size;
      }, 0),
    );
}
