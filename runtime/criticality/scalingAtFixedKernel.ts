/** The scale-invariant and half-stable classes: the kernel stays, everything else is a polynomial in depth. */
import { atomKey, couplingAtom, type Atom, type AverageAtom } from '../../theory/atom.ts';
import { zFamily, pointsOf, type SampleLabel } from '../../theory/coupling.ts';
import { averageSeries } from '../../theory/criticality/averageSeries.ts';
import { NOUGHT, UNIT, isNought, quotient, times } from '../../theory/criticality/constants.ts';
import { inLayers, type DepthPolynomial } from '../../theory/criticality/depthPolynomials.ts';
import { depthPolynomial, fixedSystem, type FixedContext } from '../../theory/criticality/fixedSystem.ts';
import { atOneSample, type OneSampleSystem } from '../../theory/criticality/oneSampleSystem.ts';
import type { Puiseux } from '../../theory/criticality/puiseux.ts';
import { numberExpr, power, subtract, symbol, type Expr } from '../../theory/expression.ts';
import type { Study } from '../../theory/model.ts';
import { parseRational, rational } from '../../theory/rational.ts';
import type { Theory } from '../../theory/theory.ts';
import type { Polynomial } from '../../theory/polynomial.ts';
import { analyseKernel } from '../averages/kernelStructure.ts';
import { gaussianAverages } from '../averages/gaussianAverages.ts';
import { createActivations } from '../flow/studyValues.ts';
import { activationSeriesOf, exactParameters, scalarsOf } from './exactValues.ts';
import { requestOf } from './oneSample.ts';

export interface FixedScaling {
  /** Polynomials in l by coupling key. */
  readonly couplings: ReadonlyMap<string, DepthPolynomial>;
  /** A polynomial of the theory, in l. */
  readonly polynomial: (value: Polynomial<Atom>) => DepthPolynomial;
  readonly parameter: (name: string) => Expr;
}

const LENGTH = 24;

/** K*, of gated units by label. */
export type FixedKernel = ReadonlyMap<SampleLabel, number>;

/** At any K, kept as a symbol, for layers without a scale; at the number K* otherwise. */
export function scalingAtFixedKernel(
  theory: Theory,
  system: OneSampleSystem,
  study: Study,
  kernel: FixedKernel | undefined,
): FixedScaling {
  const parameters = exactParameters(study);
  const { parameter, scalar } = scalarsOf(parameters);
  // Not the name of a parameter: `K` unless the file has one.
  const [size = symbol(parameters.has('K') ? 'K_l' : 'K')] = [...(kernel?.values() ?? [])].map(exactDouble);
  const average = kernel === undefined ? homogeneousAverage(study, size) : numericAverage(study, kernel);
  const isGated = kernel !== undefined && kernel.size > 1;
  // The means of tangent kernels of gated units are not among what is solved.
  const starts = isGated
    ? new Map<string, Expr>()
    : firstLayer(theory, { kernel: size, average, parameter, scalar, start: () => NOUGHT });
  const context: FixedContext = {
    kernel: size,
    ...(kernel && { kernels: new Map([...kernel].map(([label, value]) => [label, exactDouble(value)])) }),
    average,
    parameter,
    scalar,
    start: (key) => starts.get(key) ?? NOUGHT,
  };
  const inM = fixedSystem(system, context);
  return {
    couplings: new Map([...inM].map(([key, value]) => [key, inLayers(value)])),
    polynomial: (value) => inLayers(depthPolynomial(system.ring, value, context, inM)),
    parameter,
  };
}

/** A double as the decimal number that reads back as it. */
export function exactDouble(value: number): Expr {
  return numberExpr(parseRational(String(value)));
}

/** Without a scale an average is one power of K. */
function homogeneousAverage(study: Study, kernel: Expr): (atom: AverageAtom) => Expr {
  const activations = activationSeriesOf(study, LENGTH);
  const known = new Map<string, Expr>();
  return (atom) => {
    const key = atomKey(atom);
    const found = known.get(key) ?? leadingPower(averageSeries(atom, activations), kernel);
    known.set(key, found);
    return found;
  };
}

function leadingPower({ lowest, terms }: Puiseux, kernel: Expr): Expr {
  const k = terms.findIndex((c) => !isNought(c));
  return k < 0 ? NOUGHT : times(terms[k]!, power(kernel, rational(lowest + k, 2)));
}

/** Averages at the kernel of their label, as decimal numbers. */
export function numericAverage(study: Study, kernel: FixedKernel): (atom: AverageAtom) => Expr {
  const activation = createActivations(study);
  const known = new Map<string, Expr>();
  return (atom) => {
    const key = atomKey(atom);
    const at = kernel.get(atom.locals[0]!.sample) ?? NaN;
    const found =
      known.get(key) ??
      exactDouble(gaussianAverages([requestOf(atom, activation)], analyseKernel([[at]]))[0]!.value);
    known.set(key, found);
    return found;
  };
}

/** The means of layer 1, with the overlap of the input that gives the kernel its value. */
function firstLayer(theory: Theory, context: FixedContext): Map<string, Expr> {
  const { ring } = theory;
  const keyOf = ({ family, order }: Theory['firstLayer'][number]): string =>
    atomKey(
      couplingAtom(
        family,
        order,
        Array.from({ length: pointsOf(family) }, () => '1'),
      ),
    );
  const kernelKey = atomKey(couplingAtom(zFamily(2), 0, ['1', '1']));
  const at = (value: Polynomial<Atom>, overlap: Expr): Expr => {
    const replaced = ring.substitute(atOneSample(theory, value), (atom) =>
      atom.kind === 'overlap' ? ring.atom({ kind: 'scalar', expression: overlap }) : undefined,
    );
    const [constant = NOUGHT] = depthPolynomial(ring, replaced, context, new Map());
    return constant;
  };
  const kernel = theory.firstLayer.find((recursion) => keyOf(recursion) === kernelKey);
  if (!kernel) return new Map();
  const offset = at(kernel.value, NOUGHT);
  const slope = subtract(at(kernel.value, UNIT), offset);
  const overlap = quotient(subtract(context.kernel, offset), slope);
  return new Map(theory.firstLayer.map((recursion) => [keyOf(recursion), at(recursion.value, overlap)]));
}
