/** Pass 6: layer equations -> terms, each one bias, one sum over fresh weights, or the neuron itself passed on. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import type { Architecture, LayerTerm, LocalFactor } from '../theory/model.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Equation } from '../grammar/syntax.ts';
import { functionKey, readFunctions } from './blockFunctions.ts';
import { expandLayer, type BlockFunctions, type ExpandedTerm, type Factor } from './expandLayer.ts';
import { textOf } from './excerpts.ts';
import { eachOnce, type Report } from './host.ts';
import { leftNeuron } from './layerLeft.ts';
import { fieldLabel, preActivations, type Names } from './names.ts';
import type { ArchitectureParts, BlockEquations } from './readArchitecture.ts';
import { parameterScope } from './resolveActivations.ts';

/** How many indices a group carries, by its first use. */
export interface GroupUse {
  readonly kind: 'weights' | 'bias';
  /** The pre-activation it feeds. */
  readonly field: string;
  readonly span: Span;
}

export interface CheckedArchitecture {
  /** Absent when a part of it is missing. */
  readonly architecture?: Architecture;
  /** Groups of parameters by name, in the order of the text. */
  readonly groups: ReadonlyMap<string, GroupUse>;
}

/** Unsound terms are reported and left out. */
export function checkArchitecture(
  parts: ArchitectureParts,
  names: Names,
  report: Report,
): CheckedArchitecture {
  const groups = new Map<string, GroupUse>();
  const functions = parts.layer ? readFunctions(parts.layer.functions, names, report) : new Map();
  const matching = !parts.firstLayer || !parts.layer || defineTheSame(parts.firstLayer, parts.layer, report);
  const context = { names, groups, functions, matching, report };
  const firstLayer = parts.firstLayer && readBlock(parts.firstLayer, 'first', context);
  const layer = parts.layer && readBlock(parts.layer, 'later', context);
  if (parts.firstLayer && matching) compareFunctions(parts.firstLayer, context);
  const { input, width, depth } = parts;
  if (!input || !width || !depth || !firstLayer || !layer) return { groups };
  const architecture: Architecture = {
    span: parts.span,
    input: { name: input.name.name, dimension: input.dimension.name, ...(input.large && { large: true }) },
    width: { name: width.name.name, perLayer: width.layerIndex !== undefined },
    depth: depth.name.name,
    ...namedFields(names),
    activations: parts.slots.map(({ name, layerIndex, span }) => ({
      name: name.name,
      perLayer: layerIndex !== undefined,
      span,
    })),
    firstLayer,
    layer,
  };
  return { architecture, groups };
}

interface Context {
  readonly names: Names;
  readonly groups: Map<string, GroupUse>;
  readonly functions: BlockFunctions;
  /** Whether both kinds of layers define the same names. */
  readonly matching: boolean;
  readonly report: Report;
}

/** A network of `z` alone need not say so. */
function namedFields(names: Names): Pick<Architecture, 'fields'> {
  const fields = preActivations(names);
  return fields.every((field) => fieldLabel(names, field) !== undefined) ? { fields } : {};
}

/** Both kinds of layers define the same, so that the layer above can read either. */
function defineTheSame(first: BlockEquations, later: BlockEquations, report: Report): boolean {
  const missing = (where: string, here: BlockEquations, there: BlockEquations): boolean => {
    const known = new Set(leftsOf(here).map(({ name }) => name.name));
    const absent = leftsOf(there).filter(({ name }) => !known.has(name.name));
    for (const { name, span } of absent)
      report(
        diagnostic('EFT426', span, { where, name: name.name }, 'the two kinds of layers define the same'),
      );
    return absent.length > 0;
  };
  return !missing('layer 1', first, later) && !missing('layer l+1', later, first);
}

function leftsOf({ preActivations: fields, functions }: BlockEquations): Equation['left'][] {
  return [...fields, ...functions].map(({ left }) => left);
}

/** A function of layer 1 is that of the layers above. */
function compareFunctions(first: BlockEquations, { names, functions, report }: Context): void {
  const ofFirst = readFunctions(first.functions, names, report);
  for (const { left } of first.functions) {
    const { name } = left.name;
    const [here, there] = [ofFirst.get(name), functions.get(name)];
    if (here && there && functionKey(here) !== functionKey(there))
      report(diagnostic('EFT429', left.span, { name }));
  }
}

function readBlock(
  { preActivations: equations }: BlockEquations,
  position: Position,
  context: Context,
): readonly LayerTerm[] | undefined {
  const read = equations.map((equation) => readEquation(equation, position, equations.length, context));
  return read.includes(undefined) ? undefined : read.flatMap((terms) => terms ?? []);
}

type Position = 'first' | 'later';

function readEquation(
  { left, right }: Equation,
  position: Position,
  fieldCount: number,
  { names, groups, functions, matching, report: reportAll }: Context,
): readonly LayerTerm[] | undefined {
  const report = eachOnce(reportAll);
  const free = leftNeuron(left, report);
  if (free === undefined) return undefined;
  const scope = parameterScope(names, new Map(), report);
  const expanded = expandLayer(right, { names, scope, free, functions }, []);
  const context = { free, field: left.name.name, fieldCount, position, groups, matching, report };
  const field = fieldLabel(names, left.name.name);
  return expanded
    .map((term) => readTerm(term, context))
    .filter((term) => term !== undefined)
    .map((term) => (field === undefined ? term : { ...term, field }));
}

interface TermContext {
  readonly free: string;
  /** The pre-activation on the left, one of so many. */
  readonly field: string;
  readonly fieldCount: number;
  readonly position: Position;
  readonly groups: Map<string, GroupUse>;
  /** Whether groups can be told apart by what they feed. */
  readonly matching: boolean;
  readonly report: Report;
}

function readTerm(term: ExpandedTerm, context: TermContext): LayerTerm | undefined {
  const { report } = context;
  const parameters = term.factors.filter(({ kind }) => kind === 'group');
  const [parameter, ...others] = parameters;
  if (!parameter) return skipTerm(term, context);
  if (others.length > 0) {
    const names = parameters.map(({ span }) => `\`${textOf(span)}\``).join(', ');
    const text = textOf(term.span);
    report(diagnostic('EFT415', term.span, { text, count: parameters.length, names }, 'expected one'));
    return undefined;
  }
  if (!recordUse(parameter, context)) return undefined;
  if (parameter.indices[0] !== context.free) {
    const [found = ''] = parameter.indices;
    const hint = `the first index is the neuron on the left: \`${parameter.name}[${context.free}${parameter.indices.length > 1 ? ',j' : ''}]\``;
    report(
      diagnostic('EFT416', parameter.span, { name: parameter.name, expected: context.free, found }, hint),
    );
    return undefined;
  }
  return parameter.indices.length === 1
    ? biasTerm(term, parameter, context)
    : weightsTerm(term, parameter, context);
}

/** `gamma * z[i]`: the only term without a parameter of this layer. */
function skipTerm(term: ExpandedTerm, context: TermContext): LayerTerm | undefined {
  const { free, field, fieldCount, position, report } = context;
  const { coefficient, factors, summed, span } = term;
  const text = textOf(span);
  const [first, ...others] = factors;
  const passesOn = first && factors.every(({ indices }) => indices[0] === free) && summed.length === 0;
  if (!passesOn) {
    const expected = 'expected `b[i]`, `sum(j) W[i,j] * ...` or `gamma * z[i]`';
    report(diagnostic('EFT414', span, { text }, expected));
  } else if (first.kind === 'input') {
    const hint =
      'inputs are no Gaussian variables: layer 1 reads them through weights, `sum(j) W[i,j] * x[j]`';
    report(diagnostic('EFT414', span, { text }, hint));
  } else if (position === 'first')
    report(diagnostic('EFT419', span, { text }, 'layer 1 sees the input only'));
  else if (fieldCount > 1)
    report(
      diagnostic('EFT401', span, { what: 'skip connections in a block of several pre-activations are' }),
    );
  else if (others.length > 0 || first.name !== 'identity') {
    const hint =
      `at infinite width pre-activations are Gaussian, and a nonlinear function of one is not: ` +
      `pass on \`${field}[${free}]\`, and put functions behind weights, \`sum(j) W[${free},j] * ...\``;
    report(diagnostic('EFT423', span, { text }, hint));
  } else return { kind: 'skip', coefficient, span };
  return undefined;
}

/** One index makes biases, two make weights, and a group is the same everywhere. */
function recordUse(
  { name, indices, span }: Factor,
  { groups, field, matching, report }: TermContext,
): boolean {
  const known = groups.get(name);
  if (indices.length > 2) {
    const hint = 'biases carry one neuron, weights two';
    report(
      diagnostic(
        'EFT303',
        span,
        { name, expected: 'one or two indices', found: String(indices.length) },
        hint,
      ),
    );
    return false;
  }
  const kind = indices.length === 1 ? 'bias' : 'weights';
  if (!known) groups.set(name, { kind, field, span });
  if (known && known.field !== field && matching) {
    const hint = `give \`${field}\` parameters of its own: pre-activations that share some are not independent`;
    report(diagnostic('EFT427', span, { name, first: known.field }, hint));
    return false;
  }
  if (!known || known.kind === kind) return true;
  const expected = known.kind === 'bias' ? 'one index' : 'two indices';
  report(
    diagnostic(
      'EFT303',
      span,
      { name, expected, found: String(indices.length) },
      `as in \`${textOf(known.span)}\``,
    ),
  );
  return false;
}

const GATES = 'products of a parameter with a function of the same neuron are';

function biasTerm(term: ExpandedTerm, bias: Factor, context: TermContext): LayerTerm | undefined {
  const { report, free } = context;
  const others = term.factors.filter((factor) => factor !== bias);
  if (others.length === 0 && term.summed.length === 0)
    return { kind: 'bias', group: bias.name, coefficient: term.coefficient, span: term.span };
  const gate = others.some(({ indices }) => indices[0] === free);
  if (gate) report(diagnostic('EFT401', term.span, { what: GATES }));
  else {
    const hint = `weights carry two indices, \`${bias.name}[${free},j]\`; a bias stands outside of every sum`;
    report(diagnostic('EFT220', bias.span, { what: `the bias \`${textOf(bias.span)}\`` }, hint));
  }
  return undefined;
}

function weightsTerm(term: ExpandedTerm, weights: Factor, context: TermContext): LayerTerm | undefined {
  const { report, free, field, position } = context;
  const summed = weights.indices[1]!;
  if (summed === free) {
    const hint = `sum over the second index: \`sum(j) ${weights.name}[${free},j] * ...\``;
    report(diagnostic('EFT302', weights.span, { index: summed }, hint));
    return undefined;
  }
  const others = term.factors.filter((factor) => factor !== weights);
  const problems = others.filter((factor) => !belongs(factor, summed, weights, context));
  if (problems.length > 0) return undefined;
  if (others.length === 0) {
    const factor = position === 'first' ? `x[${summed}]` : `${field}[${summed}]`;
    const expected = `${position === 'first' ? 'input' : 'pre-activation'} \`${factor}\``;
    const hint = `for example \`sum(${summed}) ${textOf(weights.span)} * ${factor}\``;
    report(diagnostic('EFT417', term.span, { name: weights.name, expected }, hint));
    return undefined;
  }
  if (position === 'first' && others.length > 1) {
    report(diagnostic('EFT422', term.span, {}, 'write `sum(j) W[i,j] * x[j]`'));
    return undefined;
  }
  const local = position === 'first' ? [] : mergePowers(others);
  return { kind: 'weights', group: weights.name, coefficient: term.coefficient, local, span: term.span };
}

/** Whether a factor may stand in the sum over `summed`; reports why not. */
function belongs(
  { kind, indices, span }: Factor,
  summed: string,
  { name }: Factor,
  { position, free, report }: TermContext,
): boolean {
  const text = textOf(span);
  if ((kind === 'input') !== (position === 'first')) {
    const hint = kind === 'input' ? 'only layer 1 sees the input' : 'layer 1 sees the input only';
    report(diagnostic('EFT419', span, { text }, hint));
    return false;
  }
  if (indices[0] === summed) return true;
  if (indices[0] === free) report(diagnostic('EFT401', span, { what: GATES }));
  else report(diagnostic('EFT421', span, { text, expected: summed, name }));
  return false;
}

/** `sigma(z[j]) * sigma(z[j])` is one factor with power 2. */
function mergePowers(factors: readonly Factor[]): readonly LocalFactor[] {
  const powers = new Map<string, LocalFactor>();
  for (const { name, of } of factors) {
    const key = `${name}(${of ?? ''})`;
    const power = 1 + (powers.get(key)?.power ?? 0);
    powers.set(key, { activation: name, power, ...(of === undefined ? {} : { of }) });
  }
  return [...powers.values()];
}
