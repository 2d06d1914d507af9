/** What a study says about one layer: parameters and activation functions. */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import type { Atom } from '../../theory/atom.ts';
import { evaluate } from '../../theory/evaluate.ts';
import type { Expr } from '../../theory/expression.ts';
import { symbol } from '../../theory/expression.ts';
import type { Study } from '../../theory/model.ts';
import { rationalToNumber } from '../../theory/rational.ts';
import { compileFunction, type UnivariateFunction } from '../averages/univariate.ts';

/** The value of a parameter in the equation that computes `layer` (1-based); per-layer lists are indexed by it. */
export function parameterAt(study: Study, name: string, layer: number): number {
  const value = study.parameters.get(name);
  const here = typeof value === 'object' ? value[layer - 1] : value;
  if (here === undefined) throw new InternalError(`parameter ${name} has no value at layer ${layer}`);
  return here;
}

/** All scalar parameters in force at `layer`. */
export function parametersAt(study: Study, layer: number): ReadonlyMap<string, number> {
  return new Map([...study.parameters.keys()].map((name) => [name, parameterAt(study, name, layer)]));
}

/**
 * A factor that has one value a layer, in the equation that computes `layer`; the width ratio is that of the layer summed
 * over, below it.
 */
export function scalarAt(study: Study, atom: Atom, layer: number): number {
  if (atom.kind === 'parameter') return parameterAt(study, atom.name, layer);
  if (atom.kind === 'scalar') return evaluate(atom.expression, parametersAt(study, layer));
  const relativeWidth = study.widths[layer - 2];
  return relativeWidth === undefined ? 1 : 1 / rationalToNumber(relativeWidth);
}

/** The compiled function behind an activation name at a layer's pre-activations; each is compiled once. */
export function createActivations(study: Study): (name: string, layer: number) => UnivariateFunction {
  const compiled = new Map<string, UnivariateFunction>();
  return (name, layer) => {
    const expression = activationAt(study, name, layer);
    const known = compiled.get(expression.key) ?? compileFunction(expression);
    compiled.set(expression.key, known);
    return known;
  };
}

/** The function behind an activation name applied to the pre-activations of `layer`; the last one repeats. */
export function activationAt(study: Study, name: string, layer: number): Expr {
  if (name === 'identity') return symbol('z');
  const choices = study.activations.get(name);
  const choice = choices?.[Math.min(layer, choices.length) - 1];
  if (!choice) throw new InternalError(`activation ${name} has no function at layer ${layer}`);
  return choice.expression;
}
