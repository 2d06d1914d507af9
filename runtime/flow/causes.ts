/** The parts of a file that numbers of a flow come from, for errors to point at. */
import { headOf, type Span } from '../../diagnostics/span.ts';
import type { AverageAtom } from '../../theory/atom.ts';
import type { Model, Study } from '../../theory/model.ts';

/** Layer 1 is made of the samples, every other one of the whole study. */
export function causeOfLayer({ settings, span }: Study, layer: number): Span {
  return (layer === 1 ? settings?.samplesSpan : undefined) ?? headOf(span);
}

/**
 * What a study puts in the place of the activation in averages over the pre-activations of `layer`; the term of the layer equation
 * where it names several, or the function itself.
 */
export function causeOfAverages(
  { architecture }: Model,
  study: Study,
  activations: readonly string[],
  layer: number,
): Span {
  const choices = activations.length === 1 ? study.settings?.activations.get(activations[0]!) : undefined;
  const term = architecture.layer.find(
    (each) =>
      each.kind === 'weights' &&
      activations.every((name) => each.local.some(({ activation }) => activation === name)),
  );
  return choices?.[Math.min(layer, choices.length) - 1]?.span ?? term?.span ?? headOf(study.span);
}

/** The activations in the averages that fail: of the first group, by the activations in them, that does. */
export function failingActivations(
  atoms: readonly AverageAtom[],
  fails: (atoms: readonly AverageAtom[]) => boolean,
): readonly string[] {
  const groups = new Map<string, { readonly names: readonly string[]; readonly atoms: AverageAtom[] }>();
  for (const atom of atoms) {
    const names = activationsIn(atom);
    const key = names.join(' ');
    if (!groups.has(key)) groups.set(key, { names, atoms: [] });
    groups.get(key)?.atoms.push(atom);
  }
  const [first, ...others] = groups.values();
  if (others.length === 0) return first?.names ?? [];
  return [...groups.values()].find((group) => fails(group.atoms))?.names ?? [];
}

function activationsIn({ locals }: AverageAtom): string[] {
  return [...new Set(locals.map(({ fn }) => fn))].filter((fn) => fn !== 'identity').sort();
}
