/** What a study says about one layer: parameters and activation functions. */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import type { Expr } from '../../theory/expression.ts';
import type { Study } from '../../theory/model.ts';

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

/** The function behind an activation name applied to the pre-activations of `layer`; the last one repeats. */
export function activationAt(study: Study, name: string, layer: number): Expr {
  const choices = study.activations.get(name);
  const choice = choices?.[Math.min(layer, choices.length) - 1];
  if (!choice) throw new InternalError(`activation ${name} has no function at layer ${layer}`);
  return choice.expression;
}
