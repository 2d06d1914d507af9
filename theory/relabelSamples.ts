import {
  averageAtom,
  couplingAtom,
  diagramAtom,
  functionCouplingAtom,
  overlapAtom,
  type Atom,
  type LocalFunction,
} from './atom.ts';
import type { SampleLabel } from './coupling.ts';
import { FUNCTION_LABEL } from './functionCoupling.ts';
import { atSample, sampleOf } from './label.ts';

/** Gives a free sample another label; the field of a label stays. */
export type Assign = (label: SampleLabel) => SampleLabel;

/** The same atom at other samples; contracted indices stay contracted. */
export function relabelSamples(atom: Atom, assign: Assign): Atom {
  switch (atom.kind) {
    case 'parameter':
    case 'scalar':
    case 'width-ratio':
      return atom;
    case 'overlap':
      return overlapAtom(relabel(atom.samples[0], assign), relabel(atom.samples[1], assign));
    case 'average':
      return averageAtom(
        relabelLocals(atom.locals, assign),
        atom.derivatives.map((label) => relabel(label, assign)),
      );
    case 'coupling':
      return couplingAtom(
        atom.family,
        atom.order,
        atom.samples.map((label) => relabel(label, assign)),
      );
    case 'function-coupling':
      return functionCouplingAtom(
        { family: atom.family, order: atom.order },
        atom.samples.map((label) => relabel(label, assign)),
        relabelLocals(atom.locals, assign),
        atom.derivatives.map((label) => relabel(label, assign)),
      );
    case 'diagram':
      return diagramAtom(
        atom.averages.map((locals) => relabelLocals(locals, assign)),
        atom.vertices.map(({ family, order, legs }) => ({
          family,
          order,
          legs: legs.map((leg) => (typeof leg === 'number' ? leg : relabel(leg, assign))),
        })),
      );
  }
}

export function relabel(label: SampleLabel, assign: Assign): SampleLabel {
  if (label === FUNCTION_LABEL) return label;
  return atSample(label, assign(sampleOf(label)));
}

export function relabelLocals(locals: readonly LocalFunction[], assign: Assign): LocalFunction[] {
  return locals.map((local) => ({ ...local, sample: relabel(local.sample, assign) }));
}
