/**
 * The syntax tree of a `.eft` file: plain immutable data, one interface a construct, every node with the span
 * it was read from. The tree says what was written; what the names mean is the compiler's business.
 */
import type { Span } from '../diagnostics/span.ts';

interface SyntaxNode {
  readonly span: Span;
}

/** A name with the place it was written. */
export interface Identifier extends SyntaxNode {
  readonly name: string;
}

export interface Program extends SyntaxNode {
  readonly kind: 'program';
  readonly version?: VersionDeclaration;
  readonly items: readonly Item[];
  readonly comments: readonly Comment[];
}

/** `# text` to the end of the line; `text` without the `#` and without blanks at the end. */
export interface Comment extends SyntaxNode {
  readonly text: string;
}

/** `eft 1` */
export interface VersionDeclaration extends SyntaxNode {
  readonly kind: 'version';
  readonly version: number;
}

export type Item =
  | ImportDeclaration
  | ActivationDefinition
  | ArchitectureBlock
  | PriorBlock
  | ObservableBlock
  | ExpansionDeclaration
  | StudyBlock;

/** `import "mlp.eft"`, or `import standard "tangent.eft"` for a file that comes with the language. */
export interface ImportDeclaration extends SyntaxNode {
  readonly kind: 'import';
  readonly standard: boolean;
  readonly path: string;
  readonly pathSpan: Span;
}

/** `activation snake(z) = z + sin(k*z)^2 / k` at top level: a user-defined activation. */
export interface ActivationDefinition extends SyntaxNode {
  readonly kind: 'activation-definition';
  readonly name: Identifier;
  readonly parameter: Identifier;
  readonly body: Expression;
}

/** `architecture mlp { ... }` */
export interface ArchitectureBlock extends SyntaxNode {
  readonly kind: 'architecture';
  readonly name?: Identifier;
  readonly members: readonly ArchitectureMember[];
}

export type ArchitectureMember =
  InputDeclaration | WidthDeclaration | DepthDeclaration | ActivationDeclaration | LayerDeclaration;

/** `input x[n_0]`: the input field and the symbol for its dimension; `large` when 1/n_0 is to be neglected. */
export interface InputDeclaration extends SyntaxNode {
  readonly kind: 'input';
  readonly name: Identifier;
  readonly dimension: Identifier;
  readonly large: boolean;
}

/** `width n`, or `width n[l]` for a width per layer. */
export interface WidthDeclaration extends SyntaxNode {
  readonly kind: 'width';
  readonly name: Identifier;
  readonly layerIndex?: Identifier;
}

/** `depth L` */
export interface DepthDeclaration extends SyntaxNode {
  readonly kind: 'depth';
  readonly name: Identifier;
}

/** `activation sigma`, or `activation sigma[l]` for one per layer; the study says which function it is. */
export interface ActivationDeclaration extends SyntaxNode {
  readonly kind: 'activation';
  readonly name: Identifier;
  readonly layerIndex?: Identifier;
}

/** `layer 1: z[i] = ...` or `layer l+1: z[i] = ...`; several equations are separated by `;`. */
export interface LayerDeclaration extends SyntaxNode {
  readonly kind: 'layer';
  readonly position: LayerPosition;
  readonly equations: readonly Equation[];
}

/** `1` is `{ offset: 1 }`; `l+1` is `{ base: l, offset: 1 }`. */
export interface LayerPosition extends SyntaxNode {
  readonly base?: Identifier;
  readonly offset: number;
}

export interface Equation extends SyntaxNode {
  readonly left: IndexedExpression;
  readonly right: Expression;
}

/** `prior { W ~ normal(0, C_W / fan_in)  learning_rate W = lambda_W / fan_in }` */
export interface PriorBlock extends SyntaxNode {
  readonly kind: 'prior';
  readonly statements: readonly (PriorStatement | LearningRates)[];
}

/** `W ~ normal(0, C_W / fan_in)` */
export interface PriorStatement extends SyntaxNode {
  readonly kind: 'distribution';
  readonly group: Identifier;
  readonly distribution: Identifier;
  readonly arguments: readonly Argument[];
}

/** `learning_rate W = lambda_W / fan_in, b = lambda_b` */
export interface LearningRates extends SyntaxNode {
  readonly kind: 'learning-rates';
  readonly rates: readonly LearningRate[];
}

export interface LearningRate extends SyntaxNode {
  readonly group: Identifier;
  readonly value: Expression;
}

/** Positional, or named as in `uniform(variance = C_W / fan_in)`. */
export interface Argument extends SyntaxNode {
  readonly name?: Identifier;
  readonly value: Expression;
}

export interface ObservableBlock extends SyntaxNode {
  readonly kind: 'observable';
  readonly definitions: readonly ObservableDefinition[];
}

/** `V[a,b;c,d] = <z[i,a] z[i,b] z[j,c] z[j,d]>_c where i != j` */
export interface ObservableDefinition extends SyntaxNode {
  readonly left: IndexedExpression;
  readonly right: Expression;
  readonly constraints: readonly IndexConstraint[];
}

/** `i != j` */
export interface IndexConstraint extends SyntaxNode {
  readonly left: Identifier;
  readonly right: Identifier;
}

/** `expand in 1/n to order 2` */
export interface ExpansionDeclaration extends SyntaxNode {
  readonly kind: 'expand';
  readonly width: Identifier;
  readonly order: number;
}

/** `study "name" { ... }` */
export interface StudyBlock extends SyntaxNode {
  readonly kind: 'study';
  readonly name: string;
  readonly nameSpan: Span;
  readonly statements: readonly StudyStatement[];
}

export type StudyStatement =
  Assignment | CheckStatement | FlowStatement | ExpectStatement | FindStatement | PhaseStatement;

/** `C_W = 1.5`, `sigma = tanh`, `sigma = [tanh, relu]`, `n[l] = [n, 2*n]`, `samples = csv("file.csv")`. */
export interface Assignment extends SyntaxNode {
  readonly kind: 'assignment';
  readonly name: Identifier;
  /** `l` in `n[l] = ...` */
  readonly layerIndex?: Identifier;
  readonly value: Expression;
}

/** `check G, V at n = 32, 64, 128 with 20000 networks, seed 7`, or `within 1 %` in place of the number of networks. */
export interface CheckStatement extends SyntaxNode {
  readonly kind: 'check';
  readonly observables: readonly Identifier[];
  readonly width: Identifier;
  readonly widths: readonly NumberExpression[];
  /** One of the two. */
  readonly networks?: NumberExpression;
  readonly within?: NumberExpression;
  readonly seed?: NumberExpression;
}

/** `flow G, V / G^2 for L = 1 .. 100` and optionally `at n = 64` */
export interface FlowStatement extends SyntaxNode {
  readonly kind: 'flow';
  readonly quantities: readonly Expression[];
  readonly depth?: {
    readonly name: Identifier;
    readonly from: NumberExpression;
    readonly to: NumberExpression;
  };
  readonly width?: { readonly name: Identifier; readonly value: NumberExpression };
}

/**
 * `expect V[1,1;1,1] = 5 * (L - 1) * G[1,1]^2 / n`: a formula the user claims for the last layer;
 * `check` measures the left side and rejects the study when the formula does not hold.
 */
export interface ExpectStatement extends SyntaxNode {
  readonly kind: 'expect';
  readonly left: IndexedExpression;
  readonly right: Expression;
}

/** `find critical (C_b, C_W)` */
export interface FindStatement extends SyntaxNode {
  readonly kind: 'find';
  readonly parameters: readonly Identifier[];
}

/** `phase C_W = 0.5 .. 3, C_b = 0 .. 1` */
export interface PhaseStatement extends SyntaxNode {
  readonly kind: 'phase';
  readonly axes: readonly PhaseAxis[];
}

export interface PhaseAxis extends SyntaxNode {
  readonly name: Identifier;
  readonly from: Expression;
  readonly to: Expression;
}

export type Expression =
  | NumberExpression
  | NameExpression
  | StringExpression
  | IndexedExpression
  | CallExpression
  | ListExpression
  | NegationExpression
  | BinaryExpression
  | SumExpression
  | CorrelatorExpression
  | PiecewiseExpression;

/** `3`, `0.1`, `1e-3`; `text` as written, exact until a study needs a float. */
export interface NumberExpression extends SyntaxNode {
  readonly kind: 'number';
  readonly text: string;
}

export interface NameExpression extends SyntaxNode {
  readonly kind: 'name';
  readonly name: string;
}

export interface StringExpression extends SyntaxNode {
  readonly kind: 'string';
  readonly value: string;
}

/** `z[i,a]` has one index group, `V[a,b;c,d]` two. */
export interface IndexedExpression extends SyntaxNode {
  readonly kind: 'indexed';
  readonly name: Identifier;
  readonly groups: readonly (readonly Index[])[];
}

/** A letter, or a sample's number counted from 1 (`V[1,1;2,2]`). */
export type Index =
  | (SyntaxNode & { readonly kind: 'index-name'; readonly name: string })
  | (SyntaxNode & { readonly kind: 'index-number'; readonly value: number });

/** `sigma(z[j])`, `sphere(3, 10, 1)` */
export interface CallExpression extends SyntaxNode {
  readonly kind: 'call';
  readonly callee: Identifier;
  readonly arguments: readonly Expression[];
}

/** `[1, 2]`, `[[1.0, 0.5], [0.2, -0.7]]` */
export interface ListExpression extends SyntaxNode {
  readonly kind: 'list';
  readonly items: readonly Expression[];
}

/** `-x` */
export interface NegationExpression extends SyntaxNode {
  readonly kind: 'negation';
  readonly operand: Expression;
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '^';

export interface BinaryExpression extends SyntaxNode {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** `sum(j) body`, `sum(t in parameters, u in parameters) body`; the body extends as far as a product does. */
export interface SumExpression extends SyntaxNode {
  readonly kind: 'sum';
  readonly indices: readonly SummedIndex[];
  readonly body: Expression;
}

export interface SummedIndex extends Identifier {
  readonly range: 'neurons' | 'parameters';
}

/** `<z[i,a] z[i,b]>` or, connected, `<...>_c`; factors are indexed fields, each with an optional integer power. */
export interface CorrelatorExpression extends SyntaxNode {
  readonly kind: 'correlator';
  readonly factors: readonly CorrelatorFactor[];
  readonly connected: boolean;
}

export interface CorrelatorFactor extends SyntaxNode {
  readonly field: IndexedExpression;
  readonly power: number;
}

/** `piecewise(z < 0: exp(z) - 1, otherwise: z)` */
export interface PiecewiseExpression extends SyntaxNode {
  readonly kind: 'piecewise';
  readonly branches: readonly PiecewiseBranch[];
  readonly otherwise: Expression;
}

export interface PiecewiseBranch extends SyntaxNode {
  readonly left: Expression;
  readonly comparison: Comparison;
  readonly right: Expression;
  readonly value: Expression;
}

export type Comparison = '<' | '<=' | '>' | '>=';
