/**
 * Recursions of order 0 as programs over pairs of samples: every coupling has two sample indices, and its next value at
 * (a, b) is a polynomial in couplings at (a, b), (a, a), (b, b) and in Gaussian averages of z_a and z_b alone. The
 * polynomials are those the compiler derived. Where a neuron has several pre-activations (gated units) each field has its own K:
 * fields are independent at infinite width, so an average over them is a product of averages over one.
 */
import { InternalError, UserError } from '../../diagnostics/diagnostic.ts';
import {
  atomKey,
  couplingAtom,
  couplingKey,
  type Atom,
  type AverageAtom,
  type LocalFunction,
  type ParameterAtom,
  type ScalarAtom,
  type WidthRatioAtom,
} from '../../theory/atom.ts';
import { zFamily, type CouplingFamily, type SampleLabel } from '../../theory/coupling.ts';
import { couplingName } from '../../theory/couplingName.ts';
import type { Polynomial } from '../../theory/polynomial.ts';
import { fieldOf, labelOf, sampleOf } from '../../theory/label.ts';
import { rationalToNumber } from '../../theory/rational.ts';
import type { Recursion, Theory } from '../../theory/theory.ts';

/** Which entry of a symmetric matrix: that of the pair, or the diagonal one of its row (aa) or column (bb). */
export type Place = 'ab' | 'aa' | 'bb';

/** A factor that depends on the pair. */
export type Operand =
  | { readonly kind: 'coupling'; readonly index: number; readonly place: Place }
  /** < f(z_a) g(z_b) > */
  | { readonly kind: 'average'; readonly index: number; readonly place: Place }
  | { readonly kind: 'overlap'; readonly place: Place };

/** `coefficient * prod scalars * prod operands`; scalars have one value a layer. */
export interface PairTerm {
  readonly coefficient: number;
  readonly scalars: readonly (ParameterAtom | ScalarAtom | WidthRatioAtom)[];
  readonly operands: readonly Operand[];
}

/** The two functions of an average, each a product of local functions of one sample; 1 where there is none. */
export interface PairAverage {
  /** The place among the couplings of the K of what they are functions of. */
  readonly kernel: number;
  readonly left: readonly LocalFunction[];
  readonly right: readonly LocalFunction[];
}

export interface PairProgram {
  /** Names of the couplings. */
  readonly couplings: readonly string[];
  /** The places of K, one a field of the neurons. */
  readonly kernels: readonly number[];
  /** One polynomial a coupling; an empty one vanishes. */
  readonly firstLayer: readonly (readonly PairTerm[])[];
  readonly layer: readonly (readonly PairTerm[])[];
  readonly averages: readonly PairAverage[];
  /** A polynomial in the couplings of one layer over the labels of two samples. */
  readonly compile: (value: Polynomial<Atom>, a: SampleLabel, b: SampleLabel) => PairTerm[];
}

/** Throws UserError where the theory is not one of pairs of samples at order 0. */
export function compilePairs(theory: Theory): PairProgram {
  const leading = theory.recursions.filter(({ order }) => order === 0);
  const numbers = new Map(leading.map(({ family, samples }, k) => [fieldKey(family, samples), k]));
  leading.forEach(({ family }) => refuseUnlessPair(family));
  const averages = new Map<string, { readonly index: number; readonly average: PairAverage }>();
  const compile = (value: Polynomial<Atom>, a: SampleLabel, b: SampleLabel): PairTerm[] =>
    theory.ring.terms(value).map(({ coefficient, factors }) => {
      const scalars: PairTerm['scalars'][number][] = [];
      const operands: Operand[] = [];
      for (const { atom, exponent } of factors)
        for (let k = 0; k < exponent; k++)
          if (atom.kind === 'parameter' || atom.kind === 'scalar' || atom.kind === 'width-ratio')
            scalars.push(atom);
          else operands.push(...operandsOf(atom, a, b, numbers, averages));
      return { coefficient: rationalToNumber(coefficient), scalars, operands };
    });
  const compileRecursion = ({ value, samples }: Recursion): PairTerm[] =>
    compile(value, sampleOf(samples[0]!), sampleOf(samples[1]!));
  const layer = leading.map(compileRecursion);
  const firstLayer = leading.map(({ family, samples }) => {
    const key = fieldKey(family, samples);
    const first = theory.firstLayer.find(
      (each) => each.order === 0 && fieldKey(each.family, each.samples) === key,
    );
    return first ? compileRecursion(first) : [];
  });
  return {
    couplings: leading.map(({ family, order }) => couplingName(family, order).letter),
    kernels: leading.flatMap(({ family }, k) => (family.key === zFamily(2).key ? [k] : [])),
    firstLayer,
    layer,
    averages: [...averages.values()].map(({ average }) => average),
    compile,
  };
}

/** A coupling of each choice of fields is one of its own. */
function fieldKey(family: CouplingFamily, samples: readonly SampleLabel[]): string {
  return [family.key, ...samples.map((label) => fieldOf(label) ?? '')].join(' ');
}

function refuseUnlessPair(family: CouplingFamily): void {
  const { letter } = couplingName(family, 0);
  if (family.slots.length !== 2)
    throw new UserError(
      `the kernel matrix does not reduce to pairs of samples: ${letter} has ${family.slots.length} sample indices`,
    );
  const exchanged = couplingAtom(family, 0, ['b', 'a']);
  if (atomKey(exchanged) !== atomKey(couplingAtom(family, 0, ['a', 'b'])))
    throw new UserError(
      `the kernel matrix does not reduce to pairs of samples: ${letter} is not symmetric in its two`,
    );
}

function operandsOf(
  atom: Exclude<Atom, PairTerm['scalars'][number]>,
  a: SampleLabel,
  b: SampleLabel,
  couplings: ReadonlyMap<string, number>,
  averages: Map<string, { readonly index: number; readonly average: PairAverage }>,
): Operand[] {
  switch (atom.kind) {
    case 'overlap':
      return [{ kind: 'overlap', place: placeOf(atom.samples, a, b) }];
    case 'coupling': {
      const index = couplings.get(fieldKey(atom.family, atom.samples));
      if (atom.order !== 0 || index === undefined) throw notPairs(couplingKey(atom.family, atom.order));
      return [{ kind: 'coupling', index, place: placeOf(atom.samples, a, b) }];
    }
    case 'average': {
      const fields = [...new Set(atom.locals.map(({ sample }) => fieldOf(sample)))];
      return fields.map((field) => averageOperand(atom, field, a, b, couplings, averages));
    }
    case 'function-coupling':
    case 'diagram':
      throw notPairs('a contraction of couplings');
  }
}

function averageOperand(
  { locals: all, derivatives }: AverageAtom,
  field: string | undefined,
  a: SampleLabel,
  b: SampleLabel,
  couplings: ReadonlyMap<string, number>,
  averages: Map<string, { readonly index: number; readonly average: PairAverage }>,
): Operand {
  const locals = all.filter(({ sample }) => fieldOf(sample) === field);
  const at = (label: SampleLabel): LocalFunction[] =>
    locals.filter(({ sample }) => sampleOf(sample) === label);
  if (derivatives.length > 0 || at(a).length + (a === b ? 0 : at(b).length) < locals.length)
    throw notPairs('an average');
  const kernel = couplings.get(fieldKey(zFamily(2), [labelOf(field, a), labelOf(field, b)]));
  if (kernel === undefined) throw new InternalError('a field without a kernel');
  // An average at one sample is one of a pair with the function 1.
  const isOfOne = at(a).length === 0 || at(b).length === 0;
  const average: PairAverage = isOfOne
    ? { kernel, left: locals, right: [] }
    : { kernel, left: at(a), right: at(b) };
  const key = `${kernel} ${sideKey(average.left)} ${sideKey(average.right)}`;
  const index = averages.get(key)?.index ?? averages.size;
  averages.set(key, { index, average });
  const place = isOfOne && at(b).length > 0 && a !== b ? 'bb' : a === b || isOfOne ? 'aa' : 'ab';
  return { kind: 'average', index, place };
}

function sideKey(locals: readonly LocalFunction[]): string {
  return locals.map(({ fn, derivative, power }) => `${fn}'${derivative}^${power}`).join('*');
}

function placeOf(samples: readonly SampleLabel[], a: SampleLabel, b: SampleLabel): Place {
  const [p, q] = samples.map(sampleOf);
  if (!samples.map(sampleOf).every((sample) => sample === a || sample === b))
    throw notPairs('an entry at a fixed sample');
  return p !== q ? 'ab' : p === a ? 'aa' : 'bb';
}

function notPairs(what: string): UserError {
  return new UserError(
    `the kernel matrix does not reduce to pairs of samples at order 0: it needs ${what} of other samples or orders`,
  );
}
