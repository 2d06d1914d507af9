/** Pass 3: the members of the architecture, each once, and the equations of its two kinds of layers. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { headOf, type Span } from '../diagnostics/span.ts';
import type {
  ActivationDeclaration,
  ArchitectureBlock,
  ArchitectureMember,
  DepthDeclaration,
  Equation,
  InputDeclaration,
  LayerDeclaration,
  LayerPosition,
  WidthDeclaration,
} from '../grammar/syntax.ts';
import { placeOf, textOf } from './excerpts.ts';
import type { Report } from './host.ts';
import { indexedNodes } from './walk.ts';

/** What was found; a part that is missing has been reported. */
export interface ArchitectureParts {
  readonly span: Span;
  readonly name: string;
  readonly input?: InputDeclaration;
  readonly width?: WidthDeclaration;
  readonly depth?: DepthDeclaration;
  readonly slots: readonly ActivationDeclaration[];
  readonly firstLayer?: BlockEquations;
  readonly layer?: BlockEquations;
  /** The letter of the layer in `layer l+1`. */
  readonly layerIndex?: string;
}

/** What one `layer` declares; most networks have one pre-activation, `z`, and no functions. */
export interface BlockEquations {
  /** `u[i] = b[i] + sum(j) W[i,j] * ...`, never empty. */
  readonly preActivations: readonly Equation[];
  /** `h[i] = u[i] * phi(v[i])`: functions of the pre-activations of the same neuron. */
  readonly functions: readonly Equation[];
}

export function readArchitecture(block: ArchitectureBlock, report: Report): ArchitectureParts {
  const once = <K extends ArchitectureMember['kind']>(kind: K, example: string) =>
    theOnly(ofKind(block, kind), headOf(block.span), kind, example, report);
  const input = once('input', 'input x[n_0]');
  const width = once('width', 'width n');
  const depth = once('depth', 'depth L');
  const layers = ofKind(block, 'layer');
  layers.forEach((layer) => checkPosition(layer.position, report));
  const layerEquation = (first: boolean, example: string) => {
    const candidates = layers.filter(({ position }) => isKnown(position) && isFirst(position) === first);
    const what = first ? 'equation of layer 1' : 'equation of layer l+1';
    // An equation for a layer of the wrong number is probably the one that would be missed.
    if (candidates.length === 0 && !layers.every(({ position }) => isKnown(position))) return undefined;
    const layer = theOnly(candidates, headOf(block.span), what, example, report);
    return layer && sortEquations(layer);
  };
  const firstLayer = layerEquation(true, 'layer 1: z[i] = b[i] + sum(j) W[i,j] * x[j]');
  const layer = layerEquation(false, 'layer l+1: z[i] = b[i] + sum(j) W[i,j] * sigma(z[j])');
  const layerIndex = layers.find(({ position }) => position.base)?.position.base?.name;
  return {
    span: block.span,
    name: block.name?.name ?? 'network',
    ...(input && { input }),
    ...(width && { width }),
    ...(depth && { depth }),
    slots: ofKind(block, 'activation'),
    ...(firstLayer && { firstLayer }),
    ...(layer && { layer }),
    ...(layerIndex !== undefined && { layerIndex }),
  };
}

/** Of both kinds of layers. */
export function equationsOf({ firstLayer, layer }: ArchitectureParts): readonly Equation[] {
  return [firstLayer, layer].flatMap((block) => (block ? [...block.preActivations, ...block.functions] : []));
}

function ofKind<K extends ArchitectureMember['kind']>(
  block: ArchitectureBlock,
  kind: K,
): readonly Extract<ArchitectureMember, { kind: K }>[] {
  return block.members.filter(
    (member): member is Extract<ArchitectureMember, { kind: K }> => member.kind === kind,
  );
}

function theOnly<T extends { readonly span: Span }>(
  found: readonly T[],
  block: Span,
  what: string,
  example: string,
  report: Report,
): T | undefined {
  const [first, ...others] = found;
  if (!first) report(diagnostic('EFT410', block, { what }, `for example \`${example}\``));
  for (const { span } of others)
    report(diagnostic('EFT411', headOf(span), { what }, `the first is at ${placeOf(first!.span)}`));
  return first;
}

function isFirst({ base }: LayerPosition): boolean {
  return base === undefined;
}

function isKnown({ offset }: LayerPosition): boolean {
  return offset === 1;
}

function checkPosition(position: LayerPosition, report: Report): void {
  if (isKnown(position)) return;
  const hint = position.base
    ? `write \`layer ${position.base.name}+1:\` and \`z[j]\` for the layer below`
    : 'the layers from 2 on share one equation, `layer l+1:`';
  report(diagnostic('EFT412', position.span, { position: textOf(position.span) }, hint));
}

/** An equation that reads only what others of its block define is a function of them. */
function sortEquations({ equations }: LayerDeclaration): BlockEquations {
  const isFunction = ({ left, right }: Equation): boolean => {
    const others = new Set(equations.map((other) => other.left.name.name));
    others.delete(left.name.name);
    const read = indexedNodes(right);
    return read.length > 0 && read.every(({ name }) => others.has(name.name));
  };
  const functions = equations.filter(isFunction);
  // Equations in a circle: none of them is a function of something known.
  if (functions.length === equations.length) return { preActivations: equations, functions: [] };
  return { preActivations: equations.filter((equation) => !functions.includes(equation)), functions };
}
