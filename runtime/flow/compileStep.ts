/**
 * Turns symbolic recursions into a program over numbered samples: a table of the values that occur (couplings,
 * averages, parameters) and, for every component of every coupling, a sum of products over that table.
 * Compiled once per flow and reused for every layer.
 */
import type { Span } from '../../diagnostics/span.ts';
import { atomKey, compareLabels, couplingAtom, type Atom, type CouplingAtom } from '../../theory/atom.ts';
import { canonicalLegs, functionSlot, type CouplingFamily, type SampleLabel } from '../../theory/coupling.ts';
import { expandSamples, type LegSamples } from '../../theory/expandSamples.ts';
import { FUNCTION_LABEL } from '../../theory/functionCoupling.ts';
import { fieldOf, labelOf, sampleOf } from '../../theory/label.ts';
import type { Polynomial } from '../../theory/polynomial.ts';
import { rationalToNumber } from '../../theory/rational.ts';
import type { Recursion, Theory } from '../../theory/theory.ts';
import { isInPairs, refuseComponents, refuseProducts } from './budget.ts';
import { functionTerm, type FunctionTarget } from './functionTargets.ts';

/** What remains after contracted indices are written out. */
export type ExplicitAtom = Exclude<Atom, { kind: 'diagram' }>;

/** One component of a coupling and the sum of products that gives its next value. */
export interface Target {
  readonly coupling: CouplingAtom;
  readonly terms: readonly ProgramTerm[];
}

/** `coefficient * prod table[slots]`; a slot is repeated for a power. */
export interface ProgramTerm {
  readonly coefficient: number;
  readonly slots: readonly number[];
}

export interface StepProgram {
  readonly targets: readonly Target[];
  /** The couplings that end on functions. */
  readonly functionTargets: readonly FunctionTarget[];
  /** The atom behind every slot of the table. */
  readonly table: readonly ExplicitAtom[];
}

export interface StepOptions {
  /** The samples that averages are differentiated along. */
  readonly legSamples?: LegSamples;
  /** What a step that is too large is blamed on. */
  readonly place?: Span;
}

/**
 * Compiles one layer step for `sampleCount` samples. Throws UserError when the components or products exceed
 * the budget.
 */
export function compileStep(
  theory: Theory,
  sampleCount: number,
  { legSamples, place }: StepOptions = {},
): StepProgram {
  refuseComponents(theory, sampleCount, place);
  const table = createTable();
  const components = theory.recursions.flatMap((recursion) => componentsOf(recursion, sampleCount));
  let products = 0;
  const compiled = components.map(({ recursion, samples }) => {
    const value = expandSamples(
      theory.ring,
      recursion.value,
      assigner(recursion.samples, samples),
      legSamples,
    );
    products += theory.ring.termCount(value);
    refuseProducts(products, place);
    return { coupling: couplingAtom(recursion.family, recursion.order, samples), value };
  });
  const endsOnFunction = ({ coupling }: { coupling: CouplingAtom }): boolean =>
    functionSlot(coupling.family) >= 0;
  const targets = compiled
    .filter((each) => !endsOnFunction(each))
    .map(({ coupling, value }) => ({ coupling, terms: compileTerms(theory, value, table) }));
  const functionTargets = compiled.filter(endsOnFunction).map(({ coupling, value }) => ({
    coupling,
    terms: theory.ring.terms(value).map((term) => functionTerm(term, table.slotOf)),
  }));
  return { targets, functionTargets, table: table.atoms };
}

/** Compiles polynomials of one layer's own couplings (readouts, the first layer) over numbered samples. */
export function compileValues(
  theory: Theory,
  values: readonly Polynomial<Atom>[],
): { readonly terms: readonly (readonly ProgramTerm[])[]; readonly table: StepProgram['table'] } {
  const table = createTable();
  return { terms: values.map((value) => compileTerms(theory, value, table)), table: table.atoms };
}

/** Sums of products over filled tables. */
export function evaluateTerms(terms: readonly ProgramTerm[], values: ArrayLike<number>): number {
  return sumTerms(terms, values).value;
}

/** The same with the sum of the absolute values, which rounding is relative to. */
export function sumTerms(
  terms: readonly ProgramTerm[],
  values: ArrayLike<number>,
): { readonly value: number; readonly magnitude: number } {
  let [value, magnitude] = [0, 0];
  for (const { coefficient, slots } of terms) {
    let product = coefficient;
    for (const slot of slots) product *= values[slot] as number;
    value += product;
    magnitude += Math.abs(product);
  }
  return { value, magnitude };
}

interface Table {
  readonly atoms: ExplicitAtom[];
  readonly slotOf: (atom: Atom) => number;
}

function createTable(): Table {
  const atoms: ExplicitAtom[] = [];
  const slots = new Map<string, number>();
  const slotOf = (atom: Atom): number => {
    const key = atomKey(atom);
    const known = slots.get(key);
    if (known !== undefined) return known;
    slots.set(key, atoms.length);
    return atoms.push(atom as ExplicitAtom) - 1;
  };
  return { atoms, slotOf };
}

function compileTerms(theory: Theory, value: Polynomial<Atom>, table: Table): ProgramTerm[] {
  return theory.ring.terms(value).map(({ coefficient, factors }) => ({
    coefficient: rationalToNumber(coefficient),
    slots: factors.flatMap(({ atom, exponent }) =>
      Array.from({ length: exponent }, () => table.slotOf(atom)),
    ),
  }));
}

function assigner(
  labels: readonly SampleLabel[],
  samples: readonly SampleLabel[],
): (label: SampleLabel) => SampleLabel {
  const map = new Map(labels.map((label, k) => [sampleOf(label), sampleOf(samples[k] as SampleLabel)]));
  return (sample) => map.get(sample) ?? sample;
}

/** Every component of a coupling up to its symmetry, as numbered samples slot by slot. */
function componentsOf(
  recursion: Recursion,
  sampleCount: number,
): { readonly recursion: Recursion; readonly samples: readonly SampleLabel[] }[] {
  const { family, samples } = recursion;
  const fields = samples.flatMap((label) => fieldOf(label) ?? []);
  return componentSamples(family, fields, sampleCount).map((labels) => ({ recursion, samples: labels }));
}

function componentSamples(
  family: CouplingFamily,
  fields: readonly string[],
  sampleCount: number,
): SampleLabel[][] {
  const labels = Array.from({ length: sampleCount }, (_, k) => String(k + 1));
  if (fields.length > 0 || !isInPairs(family)) return generalSamples(family, fields, labels);
  const pairs = labels.flatMap((a, k) => labels.slice(k).map((b): SampleLabel[] => [a, b]));
  return sortedTuples(pairs.length, family.blocks.length).map((tuple) =>
    tuple.flatMap((k) => pairs[k] as SampleLabel[]),
  );
}

/** Every tuple of samples, one representative for each orbit of the family's symmetries. */
function generalSamples(
  family: CouplingFamily,
  fields: readonly string[],
  labels: readonly SampleLabel[],
): SampleLabel[][] {
  const end = functionSlot(family);
  const choices = (slot: number): readonly SampleLabel[] =>
    slot === end ? [FUNCTION_LABEL] : labels.map((label) => labelOf(fields[slot], label));
  const tuples = family.slots.reduce<SampleLabel[][]>(
    (all, _, slot) => all.flatMap((head) => choices(slot).map((label) => [...head, label])),
    [[]],
  );
  const canonical = tuples.map((tuple) => canonicalLegs(family, tuple, compareLabels));
  return [...new Map(canonical.map((tuple) => [tuple.join(), tuple])).values()];
}

function sortedTuples(count: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  return Array.from({ length: count - from }, (_, k) => from + k).flatMap((k) =>
    sortedTuples(count, size - 1, k).map((rest) => [k, ...rest]),
  );
}
