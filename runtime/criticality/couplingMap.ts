/** One layer as a map of all couplings at one input, fast enough to be iterated from hundreds of starting points. */
import { UserError } from '../../diagnostics/diagnostic.ts';
import { atomKey, couplingAtom, type AverageAtom } from '../../theory/atom.ts';
import { zFamily } from '../../theory/coupling.ts';
import { couplingName } from '../../theory/couplingName.ts';
import { kernelMap } from '../../theory/criticality/kernelMap.ts';
import type { Study } from '../../theory/model.ts';
import type { Theory } from '../../theory/theory.ts';
import { createAverager } from '../averages/gaussianAverages.ts';
import { analyseKernel } from '../averages/kernelStructure.ts';
import {
  compileStep,
  compileValues,
  evaluateTerms,
  type ExplicitAtom,
  type StepProgram,
  type Target,
} from '../flow/compileStep.ts';
import { evolveCouplings, type LayerState } from '../flow/evolveCouplings.ts';
import { createActivations, scalarAt } from '../flow/studyValues.ts';
import { interpolateAverages } from './averageInterpolation.ts';
import { checkUniform, requestOf, type Kernels } from './oneSample.ts';

/** One number a coupling, in the order of `CouplingMap.names`. */
export type CouplingState = readonly number[];

export interface CouplingMap {
  /** As `derive` prints them: `K`, `V`, `G1`, `Theta`, ... */
  readonly names: readonly string[];
  /** The power of 1/n that each is a coefficient of. */
  readonly orders: readonly number[];
  /** The place of K. */
  readonly kernel: number;
  /** For each coupling the places of those that its next value is made of. */
  readonly needs: readonly (readonly number[])[];
  /** The next layer; undefined where the kernel leaves the range that averages are tabulated for. */
  readonly step: (state: CouplingState) => CouplingState | undefined;
  readonly susceptibilities: (kernel: number) => {
    readonly parallel: number;
    readonly perpendicular: number;
  };
  /** Layers 1 .. depth of the first sample of the study, by the averages of `flow` themselves. */
  readonly layers: (depth: number) => CouplingState[];
  /** As observables are evaluated on. */
  readonly layerState: (state: CouplingState) => LayerState;
}

const RANGE = { least: 1e-8, largest: 1e4 };
/** The equation that every layer repeats is that of layer 2. */
const REPEATED = 2;

/**
 * Of the couplings named and of those that they need; of all of them when no names are given. Throws UserError for layers that differ, for
 * several pre-activations in a block, for couplings that end on functions, and for a study without samples.
 */
export function createCouplingMap(theory: Theory, study: Study, wanted?: readonly string[]): CouplingMap {
  if (theory.model.architecture.fields)
    throw new UserError('flows are drawn for layers of one pre-activation');
  checkUniform(study);
  const [sample] = study.samples;
  if (!sample) throw new UserError(`the study "${study.name}" has no samples, so its flow begins nowhere`);
  const single: Study = { ...study, samples: [sample] };
  const { targets, table } = neededPart(compileStep(theory, 1), wanted);
  if (table.some(({ kind }) => kind === 'function-coupling'))
    throw new UserError(
      'beside a nonlinear layer with a skip connection flows are drawn at order 0 only: what is beyond remembers all layers before',
    );
  const keys = targets.map(({ coupling }) => atomKey(coupling));
  const kernel = keys.indexOf(KERNEL);
  const { parallel, perpendicular } = kernelMap(theory);
  const responses = compileValues(theory, [parallel, perpendicular]);
  const averages = tabulate(single, [...table, ...responses.table]);
  const fill = (atoms: readonly ExplicitAtom[]) => {
    const places = atoms.map((atom) => (atom.kind === 'coupling' ? keys.indexOf(atomKey(atom)) : -1));
    const slots = atoms.map((atom) => (atom.kind === 'average' ? averages.slotOf(atom) : -1));
    const constants = atoms.map((atom) =>
      atom.kind === 'coupling' || atom.kind === 'average' ? 0 : scalarAt(study, atom, REPEATED),
    );
    return (state: CouplingState): number[] => {
      const values = averages.at(state[kernel]!);
      return constants.map((constant, k) =>
        places[k]! >= 0 ? state[places[k]!]! : slots[k]! >= 0 ? values[slots[k]!]! : constant,
      );
    };
  };
  const [stepValues, responseValues] = [fill(table), fill(responses.table)];
  const isTabulated = (value: number): boolean => value >= averages.least && value <= averages.largest;
  return {
    names: targets.map(nameOf),
    orders: targets.map(({ coupling }) => coupling.order),
    kernel,
    needs: targets.map((target) => neededKeys(target, table).map((key) => keys.indexOf(key))),
    step: (state) => {
      if (!isTabulated(state[kernel]!)) return undefined;
      const values = stepValues(state);
      const next = targets.map(({ terms }) => evaluateTerms(terms, values));
      return next.every(Number.isFinite) ? next : undefined;
    },
    susceptibilities: (value) => {
      const values = responseValues(keys.map((_, k) => (k === kernel ? value : 0)));
      const [along, across] = responses.terms.map((terms) => evaluateTerms(terms, values));
      return { parallel: along!, perpendicular: across! };
    },
    layers: (depth) =>
      Array.from(evolveCouplings(theory, single, depth), ({ couplings }) =>
        keys.map((key) => couplings.get(key) ?? 0),
      ),
    layerState: (state) => ({
      layer: REPEATED,
      couplings: new Map(keys.map((key, k) => [key, state[k]!])),
      functions: new Map(),
    }),
  };
}

const KERNEL = atomKey(couplingAtom(zFamily(2), 0, ['1', '1']));

function nameOf({ coupling: { family, order } }: Target): string {
  const { letter, correction } = couplingName(family, order);
  return `${letter}${correction || ''}`;
}

/** Of the couplings that the next value is made of; averages are functions of the kernel. */
function neededKeys({ terms }: Target, table: StepProgram['table']): string[] {
  const atoms = [...new Set(terms.flatMap(({ slots }) => slots))].map((slot) => table[slot]!);
  const keys = atoms.flatMap((atom) =>
    atom.kind === 'coupling' ? [atomKey(atom)] : atom.kind === 'average' ? [KERNEL] : [],
  );
  return [...new Set(keys)];
}

/** The kernel, the couplings named and all that these need, with the atoms of their recursions. */
function neededPart(
  { targets, table }: StepProgram,
  names: readonly string[] | undefined,
): Pick<StepProgram, 'targets' | 'table'> {
  const byKey = new Map(targets.map((target) => [atomKey(target.coupling), target]));
  const named = targets.filter((target) => names === undefined || names.includes(nameOf(target)));
  const needed = new Set([KERNEL, ...named.map(({ coupling }) => atomKey(coupling))]);
  for (const key of needed) neededKeys(byKey.get(key)!, table).forEach((other) => needed.add(other));
  const kept = targets.filter(({ coupling }) => needed.has(atomKey(coupling)));
  const slots = [...new Set(kept.flatMap(({ terms }) => terms.flatMap((term) => term.slots)))];
  const place = new Map(slots.map((slot, k) => [slot, k]));
  return {
    table: slots.map((slot) => table[slot]!),
    targets: kept.map(({ coupling, terms }) => ({
      coupling,
      terms: terms.map((term) => ({ ...term, slots: term.slots.map((slot) => place.get(slot)!) })),
    })),
  };
}

/** All averages among the atoms as functions of the kernel. */
function tabulate(study: Study, atoms: readonly ExplicitAtom[]) {
  const averager = createAverager();
  const activation = createActivations(study);
  const needed = new Map<string, AverageAtom>();
  for (const atom of atoms) if (atom.kind === 'average') needed.set(atomKey(atom), atom);
  const slots = new Map([...needed.keys()].map((key, k) => [key, k]));
  const requests = [...needed.values()].map((atom) => requestOf(atom, activation));
  const averagesAt = ([kernel = NaN]: Kernels) => {
    const values = averager.averages(requests, analyseKernel([[kernel]]));
    return { values: values.map(({ value }) => value), errors: [] };
  };
  const { at, least, largest } = interpolateAverages({ averagesAt, labels: ['1'], places: [] }, RANGE);
  return {
    slotOf: (atom: AverageAtom): number => slots.get(atomKey(atom))!,
    at: (kernel: number): readonly number[] => at([kernel]).values,
    ...{ least, largest },
  };
}
