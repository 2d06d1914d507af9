import {
  averageAtom,
  couplingAtom,
  diagramAtom,
  overlapAtom,
  type Atom,
  type LocalFunction,
} from './atom.ts';
import type { SampleLabel } from './coupling.ts';

/** Gives a free sample label another one. */
export type Assign = (label: SampleLabel) => SampleLabel;

/** The same atom at other samples; contracted indices stay contracted. */
export function relabelSamples(atom: Atom, assign: Assign): Atom {
  switch (atom.kind) {
    case 'parameter':
    case 'scalar':
    case 'width-ratio':
      return atom;
    case 'overlap':
      return overlapAtom(assign(atom.samples[0]), assign(atom.samples[1]));
    case 'average':
      return averageAtom(relabelLocals(atom.locals, assign), atom.derivatives.map(assign));
    case 'coupling':
      return couplingAtom(atom.family, atom.order, atom.samples.map(assign));
    case 'diagram':
      return diagramAtom(
        atom.averages.map((locals) => relabelLocals(locals, assign)),
        atom.vertices.map(({ family, order, legs }) => ({
          family,
          order,
          legs: legs.map((leg) => (typeof leg === 'number' ? leg : assign(leg))),
        })),
      );
  }
}

export function relabelLocals(locals: readonly LocalFunction[], assign: Assign): LocalFunction[] {
  return locals.map((local) => ({ ...local, sample: assign(local.sample) }));
}
