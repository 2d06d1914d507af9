/** Generated from the grammar by `npm run generate`; not to be edited. */
import type { CstNode, IToken } from './chevrotain.ts';

export interface ProgramCstNode extends CstNode {
  name: 'program';
  children: ProgramCstChildren;
}

export type ProgramCstChildren = {
  versionDeclaration?: VersionDeclarationCstNode[];
  item?: ItemCstNode[];
};

export interface VersionDeclarationCstNode extends CstNode {
  name: 'versionDeclaration';
  children: VersionDeclarationCstChildren;
}

export type VersionDeclarationCstChildren = {
  Eft: IToken[];
  NumberLiteral: IToken[];
};

export interface ItemCstNode extends CstNode {
  name: 'item';
  children: ItemCstChildren;
}

export type ItemCstChildren = {
  importDeclaration?: ImportDeclarationCstNode[];
  activationDefinition?: ActivationDefinitionCstNode[];
  architectureBlock?: ArchitectureBlockCstNode[];
  priorBlock?: PriorBlockCstNode[];
  observableBlock?: ObservableBlockCstNode[];
  expansionDeclaration?: ExpansionDeclarationCstNode[];
  studyBlock?: StudyBlockCstNode[];
};

export interface ImportDeclarationCstNode extends CstNode {
  name: 'importDeclaration';
  children: ImportDeclarationCstChildren;
}

export type ImportDeclarationCstChildren = {
  Import: IToken[];
  Standard?: IToken[];
  StringLiteral: IToken[];
};

export interface ActivationDefinitionCstNode extends CstNode {
  name: 'activationDefinition';
  children: ActivationDefinitionCstChildren;
}

export type ActivationDefinitionCstChildren = {
  Activation: IToken[];
  Name: IToken[];
  LeftParenthesis: IToken[];
  RightParenthesis: IToken[];
  Equals: IToken[];
  expression: ExpressionCstNode[];
};

export interface ExpansionDeclarationCstNode extends CstNode {
  name: 'expansionDeclaration';
  children: ExpansionDeclarationCstChildren;
}

export type ExpansionDeclarationCstChildren = {
  Expand: IToken[];
  In: IToken[];
  NumberLiteral: IToken[];
  Divide: IToken[];
  Name: IToken[];
  To: IToken[];
  Order: IToken[];
};

export interface ArchitectureBlockCstNode extends CstNode {
  name: 'architectureBlock';
  children: ArchitectureBlockCstChildren;
}

export type ArchitectureBlockCstChildren = {
  Architecture: IToken[];
  Name?: IToken[];
  LeftBrace: IToken[];
  architectureMember?: ArchitectureMemberCstNode[];
  RightBrace: IToken[];
};

export interface ArchitectureMemberCstNode extends CstNode {
  name: 'architectureMember';
  children: ArchitectureMemberCstChildren;
}

export type ArchitectureMemberCstChildren = {
  inputDeclaration?: InputDeclarationCstNode[];
  widthDeclaration?: WidthDeclarationCstNode[];
  depthDeclaration?: DepthDeclarationCstNode[];
  activationDeclaration?: ActivationDeclarationCstNode[];
  layerDeclaration?: LayerDeclarationCstNode[];
};

export interface InputDeclarationCstNode extends CstNode {
  name: 'inputDeclaration';
  children: InputDeclarationCstChildren;
}

export type InputDeclarationCstChildren = {
  Input: IToken[];
  Name: IToken[];
  LeftBracket: IToken[];
  RightBracket: IToken[];
  Large?: IToken[];
};

export interface WidthDeclarationCstNode extends CstNode {
  name: 'widthDeclaration';
  children: WidthDeclarationCstChildren;
}

export type WidthDeclarationCstChildren = {
  Width: IToken[];
  Name: IToken[];
  layerIndex?: LayerIndexCstNode[];
};

export interface DepthDeclarationCstNode extends CstNode {
  name: 'depthDeclaration';
  children: DepthDeclarationCstChildren;
}

export type DepthDeclarationCstChildren = {
  Depth: IToken[];
  Name: IToken[];
};

export interface ActivationDeclarationCstNode extends CstNode {
  name: 'activationDeclaration';
  children: ActivationDeclarationCstChildren;
}

export type ActivationDeclarationCstChildren = {
  Activation: IToken[];
  Name: IToken[];
  layerIndex?: LayerIndexCstNode[];
};

export interface LayerIndexCstNode extends CstNode {
  name: 'layerIndex';
  children: LayerIndexCstChildren;
}

export type LayerIndexCstChildren = {
  LeftBracket: IToken[];
  Name: IToken[];
  RightBracket: IToken[];
};

export interface LayerDeclarationCstNode extends CstNode {
  name: 'layerDeclaration';
  children: LayerDeclarationCstChildren;
}

export type LayerDeclarationCstChildren = {
  Layer: IToken[];
  layerPosition: LayerPositionCstNode[];
  Colon: IToken[];
  equation: EquationCstNode[];
  Semicolon?: IToken[];
};

export interface LayerPositionCstNode extends CstNode {
  name: 'layerPosition';
  children: LayerPositionCstChildren;
}

export type LayerPositionCstChildren = {
  NumberLiteral?: IToken[];
  Name?: IToken[];
  Plus?: IToken[];
};

export interface EquationCstNode extends CstNode {
  name: 'equation';
  children: EquationCstChildren;
}

export type EquationCstChildren = {
  definedField: DefinedFieldCstNode[];
  Equals: IToken[];
  expression: ExpressionCstNode[];
};

export interface PriorBlockCstNode extends CstNode {
  name: 'priorBlock';
  children: PriorBlockCstChildren;
}

export type PriorBlockCstChildren = {
  Prior: IToken[];
  LeftBrace: IToken[];
  priorStatement?: PriorStatementCstNode[];
  learningRates?: LearningRatesCstNode[];
  Comma?: IToken[];
  RightBrace: IToken[];
};

export interface PriorStatementCstNode extends CstNode {
  name: 'priorStatement';
  children: PriorStatementCstChildren;
}

export type PriorStatementCstChildren = {
  Head: IToken[];
  Tilde: IToken[];
  Name: IToken[];
  LeftParenthesis: IToken[];
  argument?: ArgumentCstNode[];
  Comma?: IToken[];
  RightParenthesis: IToken[];
};

export interface LearningRatesCstNode extends CstNode {
  name: 'learningRates';
  children: LearningRatesCstChildren;
}

export type LearningRatesCstChildren = {
  LearningRate: IToken[];
  learningRate: LearningRateCstNode[];
  Comma?: IToken[];
};

export interface LearningRateCstNode extends CstNode {
  name: 'learningRate';
  children: LearningRateCstChildren;
}

export type LearningRateCstChildren = {
  Head: IToken[];
  Equals: IToken[];
  expression: ExpressionCstNode[];
};

export interface ArgumentCstNode extends CstNode {
  name: 'argument';
  children: ArgumentCstChildren;
}

export type ArgumentCstChildren = {
  Head?: IToken[];
  Equals?: IToken[];
  expression: ExpressionCstNode[];
};

export interface ObservableBlockCstNode extends CstNode {
  name: 'observableBlock';
  children: ObservableBlockCstChildren;
}

export type ObservableBlockCstChildren = {
  Observable: IToken[];
  LeftBrace: IToken[];
  observableDefinition?: ObservableDefinitionCstNode[];
  RightBrace: IToken[];
};

export interface ObservableDefinitionCstNode extends CstNode {
  name: 'observableDefinition';
  children: ObservableDefinitionCstChildren;
}

export type ObservableDefinitionCstChildren = {
  definedField: DefinedFieldCstNode[];
  Equals: IToken[];
  expression: ExpressionCstNode[];
  whereClause?: WhereClauseCstNode[];
};

export interface WhereClauseCstNode extends CstNode {
  name: 'whereClause';
  children: WhereClauseCstChildren;
}

export type WhereClauseCstChildren = {
  Where: IToken[];
  constraint: ConstraintCstNode[];
  Comma?: IToken[];
};

export interface ConstraintCstNode extends CstNode {
  name: 'constraint';
  children: ConstraintCstChildren;
}

export type ConstraintCstChildren = {
  Name: IToken[];
  NotEqual: IToken[];
};

export interface StudyBlockCstNode extends CstNode {
  name: 'studyBlock';
  children: StudyBlockCstChildren;
}

export type StudyBlockCstChildren = {
  Study: IToken[];
  StringLiteral: IToken[];
  LeftBrace: IToken[];
  studyStatement?: StudyStatementCstNode[];
  Comma?: IToken[];
  RightBrace: IToken[];
};

export interface StudyStatementCstNode extends CstNode {
  name: 'studyStatement';
  children: StudyStatementCstChildren;
}

export type StudyStatementCstChildren = {
  assignment?: AssignmentCstNode[];
  checkStatement?: CheckStatementCstNode[];
  flowStatement?: FlowStatementCstNode[];
  expectStatement?: ExpectStatementCstNode[];
  findStatement?: FindStatementCstNode[];
  phaseStatement?: PhaseStatementCstNode[];
};

export interface AssignmentCstNode extends CstNode {
  name: 'assignment';
  children: AssignmentCstChildren;
}

export type AssignmentCstChildren = {
  Head: IToken[];
  layerIndex?: LayerIndexCstNode[];
  Equals: IToken[];
  expression: ExpressionCstNode[];
};

export interface CheckStatementCstNode extends CstNode {
  name: 'checkStatement';
  children: CheckStatementCstChildren;
}

export type CheckStatementCstChildren = {
  Check: IToken[];
  observableNames: ObservableNamesCstNode[];
  At: IToken[];
  Head: IToken[];
  Equals: IToken[];
  NumberLiteral: IToken[];
  Comma?: IToken[];
  ensemble: EnsembleCstNode[];
};

export interface EnsembleCstNode extends CstNode {
  name: 'ensemble';
  children: EnsembleCstChildren;
}

export type EnsembleCstChildren = {
  With?: IToken[];
  NumberLiteral?: IToken[];
  Networks?: IToken[];
  Within?: IToken[];
  Percent?: IToken[];
  Comma?: IToken[];
  Seed?: IToken[];
};

export interface FlowStatementCstNode extends CstNode {
  name: 'flowStatement';
  children: FlowStatementCstChildren;
}

export type FlowStatementCstChildren = {
  Flow: IToken[];
  expression: ExpressionCstNode[];
  Comma?: IToken[];
  depthRange?: DepthRangeCstNode[];
  atWidth?: AtWidthCstNode[];
};

export interface DepthRangeCstNode extends CstNode {
  name: 'depthRange';
  children: DepthRangeCstChildren;
}

export type DepthRangeCstChildren = {
  For: IToken[];
  Head: IToken[];
  Equals: IToken[];
  NumberLiteral: IToken[];
  Range: IToken[];
};

export interface AtWidthCstNode extends CstNode {
  name: 'atWidth';
  children: AtWidthCstChildren;
}

export type AtWidthCstChildren = {
  At: IToken[];
  Head: IToken[];
  Equals: IToken[];
  NumberLiteral: IToken[];
};

export interface ObservableNamesCstNode extends CstNode {
  name: 'observableNames';
  children: ObservableNamesCstChildren;
}

export type ObservableNamesCstChildren = {
  Name: IToken[];
  Comma?: IToken[];
};

export interface ExpectStatementCstNode extends CstNode {
  name: 'expectStatement';
  children: ExpectStatementCstChildren;
}

export type ExpectStatementCstChildren = {
  Expect: IToken[];
  definedField: DefinedFieldCstNode[];
  Equals: IToken[];
  expression: ExpressionCstNode[];
};

export interface FindStatementCstNode extends CstNode {
  name: 'findStatement';
  children: FindStatementCstChildren;
}

export type FindStatementCstChildren = {
  Find: IToken[];
  Critical: IToken[];
  LeftParenthesis: IToken[];
  Name: IToken[];
  Comma?: IToken[];
  RightParenthesis: IToken[];
};

export interface PhaseStatementCstNode extends CstNode {
  name: 'phaseStatement';
  children: PhaseStatementCstChildren;
}

export type PhaseStatementCstChildren = {
  Phase: IToken[];
  phaseAxis: PhaseAxisCstNode[];
  Comma: IToken[];
};

export interface PhaseAxisCstNode extends CstNode {
  name: 'phaseAxis';
  children: PhaseAxisCstChildren;
}

export type PhaseAxisCstChildren = {
  Head: IToken[];
  Equals: IToken[];
  expression: ExpressionCstNode[];
  Range: IToken[];
};

export interface DefinedFieldCstNode extends CstNode {
  name: 'definedField';
  children: DefinedFieldCstChildren;
}

export type DefinedFieldCstChildren = {
  Head: IToken[];
  indices: IndicesCstNode[];
};

export interface IndexedCstNode extends CstNode {
  name: 'indexed';
  children: IndexedCstChildren;
}

export type IndexedCstChildren = {
  Name: IToken[];
  indices: IndicesCstNode[];
};

export interface IndicesCstNode extends CstNode {
  name: 'indices';
  children: IndicesCstChildren;
}

export type IndicesCstChildren = {
  LeftBracket: IToken[];
  indexGroup: IndexGroupCstNode[];
  Semicolon?: IToken[];
  RightBracket: IToken[];
};

export interface IndexGroupCstNode extends CstNode {
  name: 'indexGroup';
  children: IndexGroupCstChildren;
}

export type IndexGroupCstChildren = {
  index: IndexCstNode[];
  Comma?: IToken[];
};

export interface IndexCstNode extends CstNode {
  name: 'index';
  children: IndexCstChildren;
}

export type IndexCstChildren = {
  Name?: IToken[];
  NumberLiteral?: IToken[];
};

export interface ExpressionCstNode extends CstNode {
  name: 'expression';
  children: ExpressionCstChildren;
}

export type ExpressionCstChildren = {
  product: ProductCstNode[];
  Plus?: IToken[];
  Minus?: IToken[];
};

export interface ProductCstNode extends CstNode {
  name: 'product';
  children: ProductCstChildren;
}

export type ProductCstChildren = {
  factor: FactorCstNode[];
  Times?: IToken[];
  Divide?: IToken[];
};

export interface FactorCstNode extends CstNode {
  name: 'factor';
  children: FactorCstChildren;
}

export type FactorCstChildren = {
  negation?: NegationCstNode[];
  sum?: SumCstNode[];
  power?: PowerCstNode[];
};

export interface NegationCstNode extends CstNode {
  name: 'negation';
  children: NegationCstChildren;
}

export type NegationCstChildren = {
  Minus: IToken[];
  factor: FactorCstNode[];
};

export interface SumCstNode extends CstNode {
  name: 'sum';
  children: SumCstChildren;
}

export type SumCstChildren = {
  Sum: IToken[];
  LeftParenthesis: IToken[];
  summedIndex: SummedIndexCstNode[];
  Comma?: IToken[];
  RightParenthesis: IToken[];
  product: ProductCstNode[];
};

export interface SummedIndexCstNode extends CstNode {
  name: 'summedIndex';
  children: SummedIndexCstChildren;
}

export type SummedIndexCstChildren = {
  Name: IToken[];
  In?: IToken[];
  Parameters?: IToken[];
};

export interface PowerCstNode extends CstNode {
  name: 'power';
  children: PowerCstChildren;
}

export type PowerCstChildren = {
  atom: AtomCstNode[];
  Power?: IToken[];
  factor?: FactorCstNode[];
};

export interface AtomCstNode extends CstNode {
  name: 'atom';
  children: AtomCstChildren;
}

export type AtomCstChildren = {
  NumberLiteral?: IToken[];
  StringLiteral?: IToken[];
  nameOrApplication?: NameOrApplicationCstNode[];
  parenthesised?: ParenthesisedCstNode[];
  list?: ListCstNode[];
  correlator?: CorrelatorCstNode[];
  piecewise?: PiecewiseCstNode[];
};

export interface NameOrApplicationCstNode extends CstNode {
  name: 'nameOrApplication';
  children: NameOrApplicationCstChildren;
}

export type NameOrApplicationCstChildren = {
  Name: IToken[];
  indices?: IndicesCstNode[];
  callArguments?: CallArgumentsCstNode[];
};

export interface CallArgumentsCstNode extends CstNode {
  name: 'callArguments';
  children: CallArgumentsCstChildren;
}

export type CallArgumentsCstChildren = {
  LeftParenthesis: IToken[];
  expression?: ExpressionCstNode[];
  Comma?: IToken[];
  RightParenthesis: IToken[];
};

export interface ParenthesisedCstNode extends CstNode {
  name: 'parenthesised';
  children: ParenthesisedCstChildren;
}

export type ParenthesisedCstChildren = {
  LeftParenthesis: IToken[];
  expression: ExpressionCstNode[];
  RightParenthesis: IToken[];
};

export interface ListCstNode extends CstNode {
  name: 'list';
  children: ListCstChildren;
}

export type ListCstChildren = {
  LeftBracket: IToken[];
  expression?: ExpressionCstNode[];
  Comma?: IToken[];
  RightBracket: IToken[];
};

export interface CorrelatorCstNode extends CstNode {
  name: 'correlator';
  children: CorrelatorCstChildren;
}

export type CorrelatorCstChildren = {
  CorrelatorOpen: IToken[];
  correlatorFactor: CorrelatorFactorCstNode[];
  Times?: IToken[];
  ConnectedClose?: IToken[];
  CorrelatorClose?: IToken[];
};

export interface CorrelatorFactorCstNode extends CstNode {
  name: 'correlatorFactor';
  children: CorrelatorFactorCstChildren;
}

export type CorrelatorFactorCstChildren = {
  indexed: IndexedCstNode[];
  Power?: IToken[];
  NumberLiteral?: IToken[];
};

export interface PiecewiseCstNode extends CstNode {
  name: 'piecewise';
  children: PiecewiseCstChildren;
}

export type PiecewiseCstChildren = {
  Piecewise: IToken[];
  LeftParenthesis: IToken[];
  branch?: BranchCstNode[];
  Otherwise: IToken[];
  Colon: IToken[];
  expression: ExpressionCstNode[];
  RightParenthesis: IToken[];
};

export interface BranchCstNode extends CstNode {
  name: 'branch';
  children: BranchCstChildren;
}

export type BranchCstChildren = {
  expression: ExpressionCstNode[];
  Comparison: IToken[];
  Colon: IToken[];
  Comma: IToken[];
};
