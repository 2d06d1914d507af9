/** The model in formulas: layer equations, priors, fields, observables. */
import { integer } from '../../theory/expression.ts';
import type { FieldShape } from '../../theory/field.ts';
import type {
  CorrelatorField,
  CorrelatorNode,
  Distribution,
  LayerTerm,
  LocalFactor,
  Model,
  Observable,
  ObservableExpression,
  ParameterGroup,
} from '../../theory/model.ts';
import { latexName, latexNotation } from '../../theory/notation.ts';
import { printLatexExpression } from '../../theory/printExpression.ts';
import { formatRational, type Rational } from '../../theory/rational.ts';
import { type Block, type DisplayedEquation, prose, text } from '../document.ts';

const NOTATION = latexNotation(printLatexExpression);

export function modelBlocks(model: Model): Block[] {
  const { architecture, groups, observables } = model;
  const fields = fieldsOf(observables);
  return [
    { kind: 'heading', level: 1, text: [text(`Model: ${model.name}`)] },
    { kind: 'equations', equations: layerEquations(model) },
    {
      kind: 'paragraph',
      text: prose`with ${`${latexName(architecture.input.name)}_j(a)`} component ${'j'} of the input at sample ${'a'}, and parameters independent in every layer:`,
    },
    { kind: 'equations', equations: groups.map(priorEquation) },
    ...(groups.some(({ rate }) => rate)
      ? ([
          { kind: 'paragraph', text: [text('Learning rates:')] },
          { kind: 'equations', equations: groups.flatMap(rateEquation) },
        ] satisfies Block[])
      : []),
    ...(fields.length === 0
      ? []
      : ([
          {
            kind: 'paragraph',
            text: prose`Fields, with sums over all parameters ${'t, u, \\dots'} of rate ${'\\lambda_t'}:`,
          },
          { kind: 'equations', equations: fields.map(fieldEquation) },
        ] satisfies Block[])),
    { kind: 'paragraph', text: [text('Observables, neurons of different letters being different:')] },
    { kind: 'equations', equations: observables.map(observableEquation) },
  ];
}

function layerEquations({ architecture }: Model): DisplayedEquation[] {
  const { firstLayer, layer, input, fields = ['z'] } = architecture;
  const inputs = `${latexName(input.name)}_j(a)`;
  const of = (terms: readonly LayerTerm[], field: string): readonly LayerTerm[] =>
    terms.filter((term) => (term.field ?? 'z') === field);
  return [
    ...fields.map((field) => ({
      left: preActivation(field, '1', 'i'),
      terms: of(firstLayer, field).map((term) => layerTerm(term, inputs)),
    })),
    ...fields.map((field) => ({
      left: preActivation(field, '\\ell+1', 'i'),
      terms: of(layer, field).map((term) => layerTerm(term, undefined)),
    })),
  ];
}

function preActivation(field: string | undefined, layer: string, neuronLetter: string): string {
  return `${latexName(field ?? 'z')}^{(${layer})}_${neuronLetter}(a)`;
}

function layerTerm(term: LayerTerm, inputs: string | undefined): DisplayedEquation['terms'][number] {
  const printed = term.coefficient.key === integer(1).key ? '' : `${factorOf(term)} `;
  const sign = printed.startsWith('-') ? '-' : '+';
  const front = printed.replace(/^-(1 )?/, '');
  switch (term.kind) {
    case 'bias':
      return { sign, tex: `${front}${scripted(term.group, 'i')}` };
    case 'skip':
      return { sign, tex: `${front}${preActivation(term.field, '\\ell', 'i')}` };
    case 'weights':
      return {
        sign,
        tex: `${front}\\sum_j ${scripted(term.group, 'ij')} ${inputs ?? term.local.map(localFactor).join('\\, ')}`,
      };
  }
}

function factorOf({ coefficient }: LayerTerm): string {
  const printed = printLatexExpression(coefficient);
  return coefficient.kind === 'sum' ? `\\left(${printed}\\right)` : printed;
}

function localFactor({ of, activation, power }: LocalFactor): string {
  const exponent = power === 1 ? '' : `^{${power}}`;
  const argument = preActivation(of, '\\ell', 'j');
  if (activation !== 'identity') return `${latexName(activation)}${exponent}\\!\\left(${argument}\\right)`;
  return power === 1 ? argument : `\\left(${argument}\\right)${exponent}`;
}

/** `W_{ij}`; a name with a subscript of its own keeps it in braces. */
function scripted(name: string, indices: string): string {
  const symbol = latexName(name);
  return symbol.includes('_') ? `{${symbol}}_{,${indices}}` : `${symbol}_{${indices}}`;
}

function priorEquation({ name, kind, variance, distribution }: ParameterGroup): DisplayedEquation {
  const printed = printLatexExpression(variance);
  const perInput = kind === 'weights' ? `\\frac{${printed}}{n_{\\mathrm{in}}}` : printed;
  const symbol = kind === 'weights' ? scripted(name, 'ij') : scripted(name, 'i');
  return { left: symbol, relation: '\\sim', terms: [{ sign: '+', tex: lawOf(distribution, perInput) }] };
}

function lawOf(distribution: Distribution | undefined, variance: string): string {
  const named = (name: string, extra = ''): string => `\\text{${name}, variance } ${variance}${extra}`;
  const number = (value: Rational): string => NOTATION.number(value);
  switch (distribution?.kind) {
    case undefined:
    case 'normal':
      return `\\mathcal{N}\\left(0,\\, ${variance}\\right)`;
    case 'uniform':
    case 'rademacher':
    case 'laplace':
      return named(distribution.kind);
    case 'cumulants':
      return named('given by its cumulants');
    case 'sparse':
      return named('sparse', `,\\text{ not zero with probability } ${number(distribution.probability)}`);
    case 'mixture':
      return named(
        'mixture of Gaussians',
        `,\\text{ with probability } ${number(distribution.probability)} \\text{ wider by } ${number(distribution.ratio)}`,
      );
  }
}

function rateEquation({ name, kind, rate }: ParameterGroup): DisplayedEquation[] {
  if (!rate) return [];
  const printed = printLatexExpression(rate);
  const value = kind === 'weights' ? `\\frac{${printed}}{n_{\\mathrm{in}}}` : printed;
  return [{ left: `\\text{rate}(${latexName(name)})`, terms: [{ sign: '+', tex: value }] }];
}

/** Every field but z that an observable speaks of. */
function fieldsOf(observables: readonly Observable[]): FieldShape[] {
  const shapes = observables.flatMap(({ body }) => correlatorFields(body)).map(({ field }) => field);
  return [...new Map(shapes.filter(({ nodes }) => nodes > 1).map((shape) => [shape.name, shape])).values()];
}

function correlatorFields(body: ObservableExpression): readonly CorrelatorField[] {
  switch (body.kind) {
    case 'correlator':
      return body.fields;
    case 'sum':
      return body.terms.flatMap(correlatorFields);
    case 'product':
      return body.factors.flatMap(correlatorFields);
    case 'power':
      return correlatorFields(body.base);
    default:
      return [];
  }
}

const NEURONS = 'ijkmpqrs';
const PARAMETERS = 'tuvwxy';

/** `H_ij(a,b) = sum_t lambda_t d_t z_i(a) d_t z_j(b)`. */
function fieldEquation({ name, nodes, edges }: FieldShape): DisplayedEquation {
  const places = Array.from({ length: nodes }, (_, k) => k);
  const rates = edges.map((_, k) => `\\lambda_{${PARAMETERS[k] ?? 't'}}`).join(' ');
  const factors = places.map((node) => {
    const by = edges.flatMap((edge, k) =>
      edge.includes(node) ? [`\\partial_{${PARAMETERS[k] ?? 't'}}`] : [],
    );
    return `${by.join(' ')} z_{${neuron(node)}}(${sample(node)})`;
  });
  const sum = `\\sum_{${edges.map((_, k) => PARAMETERS[k] ?? 't').join(',')}}`;
  return {
    left: `${fieldName(name)}_{${places.map(neuron).join('')}}(${places.map(sample).join(',')})`,
    terms: [{ sign: '+', tex: `${sum} ${rates} ${factors.join(' ')}` }],
  };
}

function neuron(k: number): string {
  return NEURONS[k] ?? `i_{${k}}`;
}

function sample(k: number): string {
  return String.fromCharCode(97 + (k % 26));
}

/** `dH` is one symbol; a graph without a name stands for itself. */
function fieldName(name: string): string {
  return name.length === 1 ? name : `\\mathrm{${name}}`;
}

function observableEquation({ name, indices, body }: Observable): DisplayedEquation {
  return { left: NOTATION.observable(name, indices), terms: [{ sign: '+', tex: observableTex(body) }] };
}

function observableTex(body: ObservableExpression): string {
  switch (body.kind) {
    case 'number':
      return NOTATION.number(body.value);
    case 'parameter':
      return latexName(body.name);
    case 'width':
      return 'n';
    case 'layer':
      return '\\ell';
    case 'correlator':
      return `\\left\\langle ${body.fields.map(correlatorField).join(' ')} \\right\\rangle${body.connected ? '_{c}' : ''}`;
    case 'reference':
      return NOTATION.observable(body.name, [body.samples.map(sampleName)]);
    case 'sum':
      return body.terms.map(observableTex).join(' + ');
    case 'product':
      return body.factors.map((factor) => grouped(factor, factor.kind === 'sum')).join(' ');
    case 'power':
      return `${grouped(body.base, body.base.kind !== 'parameter')}^{${formatRational({ numerator: BigInt(body.exponent), denominator: 1n })}}`;
  }
}

function grouped(body: ObservableExpression, brackets: boolean): string {
  return brackets ? `\\left(${observableTex(body)}\\right)` : observableTex(body);
}

/** `z_i(a)`; the nodes of other fields say which pre-activation they are where it is not z. */
function correlatorField({ field, nodes }: CorrelatorField): string {
  const neurons = nodes.map(({ neuron: at }) => neuron(at)).join('');
  const [first] = nodes;
  if (field.nodes === 1)
    return `${latexName(first?.of ?? 'z')}_{${neurons}}(${nodes.map(nodeSample).join(',')})`;
  const places = nodes.map(
    (node) => (node.of === undefined ? '' : `${latexName(node.of)}\\,`) + nodeSample(node),
  );
  return `${fieldName(field.name)}_{${neurons}}(${places.join(',')})`;
}

function nodeSample({ sample: at }: CorrelatorNode): string {
  return sampleName(at);
}

function sampleName(reference: CorrelatorNode['sample']): string {
  return 'index' in reference ? reference.index : String(reference.sample + 1);
}
