/**
 * From the concrete syntax tree of a text without mistakes to the syntax tree: grammar punctuation goes, names get
 * their ASCII spelling, every node gets its span. Expressions are in `buildExpression.ts`.
 */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { Builder } from './builder.ts';
import { buildDefinedField, buildExpression, buildNumber, buildText } from './buildExpression.ts';
import type * as cst from './cst.ts';
import type { Outcome } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../diagnostics/span.ts';
import type * as tree from './syntax.ts';

/** Bounds on the whole numbers of the grammar itself; those of a study are the compiler's business. */
const MAX_VERSION = 1;
const MAX_LAYER = 1000;
const MAX_ORDER = 100;

/** The syntax tree, or messages about numbers that cannot stand where they are. */
export function buildProgram(
  file: SourceFile,
  { children }: cst.ProgramCstNode,
  comments: readonly tree.Comment[],
): Outcome<tree.Program> {
  const b = new Builder(file);
  const [version] = children.versionDeclaration ?? [];
  const program: tree.Program = {
    kind: 'program',
    ...(version && { version: buildVersion(b, version) }),
    items: (children.item ?? []).map((item) => buildItem(b, item)),
    comments,
    span: { file, start: 0, end: file.text.length },
  };
  return b.diagnostics.length > 0 ? { diagnostics: b.diagnostics } : { value: program, diagnostics: [] };
}

function buildVersion(b: Builder, node: cst.VersionDeclarationCstNode): tree.VersionDeclaration {
  const [number] = node.children.NumberLiteral;
  const version = Number(number!.image);
  const known = Number.isInteger(version) && version >= 1 && version <= MAX_VERSION;
  if (!known) {
    const hint = `this release reads \`eft ${MAX_VERSION}\``;
    b.report(diagnostic('EFT130', b.spanOf(number!), { version: number!.image }, hint));
  }
  return { kind: 'version', version, span: b.span(node) };
}

function buildItem(b: Builder, { children }: cst.ItemCstNode): tree.Item {
  if (children.importDeclaration) return buildImport(b, children.importDeclaration[0]!);
  if (children.activationDefinition) return buildDefinition(b, children.activationDefinition[0]!);
  if (children.architectureBlock) return buildArchitecture(b, children.architectureBlock[0]!);
  if (children.priorBlock) return buildPrior(b, children.priorBlock[0]!);
  if (children.observableBlock) return buildObservables(b, children.observableBlock[0]!);
  if (children.expansionDeclaration) return buildExpansion(b, children.expansionDeclaration[0]!);
  return buildStudy(b, children.studyBlock![0]!);
}

function buildImport(b: Builder, node: cst.ImportDeclarationCstNode): tree.ImportDeclaration {
  const [path] = node.children.StringLiteral;
  return {
    kind: 'import',
    standard: node.children.Standard !== undefined,
    path: buildText(b, path!),
    pathSpan: b.spanOf(path!),
    span: b.span(node),
  };
}

function buildDefinition(b: Builder, node: cst.ActivationDefinitionCstNode): tree.ActivationDefinition {
  const [name, parameter] = node.children.Name;
  return {
    kind: 'activation-definition',
    name: b.identifier(name!),
    parameter: b.identifier(parameter!),
    body: buildExpression(b, node.children.expression[0]!),
    span: b.span(node),
  };
}

function buildExpansion(b: Builder, node: cst.ExpansionDeclarationCstNode): tree.ExpansionDeclaration {
  const [numerator, order] = node.children.NumberLiteral;
  const width = b.identifier(node.children.Name[0]!);
  if (Number(numerator!.image) !== 1) {
    const parameters = { text: numerator!.image, name: node.children.Name[0]!.image };
    b.report(diagnostic('EFT123', b.spanOf(numerator!), parameters));
  }
  return {
    kind: 'expand',
    width,
    order: b.wholeNumber(order!, 'the order of the expansion', 0, MAX_ORDER),
    span: b.span(node),
  };
}

function buildArchitecture(b: Builder, node: cst.ArchitectureBlockCstNode): tree.ArchitectureBlock {
  const [name] = node.children.Name ?? [];
  return {
    kind: 'architecture',
    ...(name && { name: b.identifier(name) }),
    members: (node.children.architectureMember ?? []).map((member) => buildMember(b, member)),
    span: b.span(node),
  };
}

function buildMember(b: Builder, { children }: cst.ArchitectureMemberCstNode): tree.ArchitectureMember {
  if (children.inputDeclaration) return buildInput(b, children.inputDeclaration[0]!);
  if (children.widthDeclaration)
    return { kind: 'width', ...buildIndexable(b, children.widthDeclaration[0]!) };
  if (children.depthDeclaration) return buildDepth(b, children.depthDeclaration[0]!);
  if (children.activationDeclaration)
    return { kind: 'activation', ...buildIndexable(b, children.activationDeclaration[0]!) };
  return buildLayer(b, children.layerDeclaration![0]!);
}

function buildInput(b: Builder, node: cst.InputDeclarationCstNode): tree.InputDeclaration {
  const [name, dimension] = node.children.Name;
  return {
    kind: 'input',
    name: b.identifier(name!),
    dimension: b.identifier(dimension!),
    large: node.children.Large !== undefined,
    span: b.span(node),
  };
}

function buildDepth(b: Builder, node: cst.DepthDeclarationCstNode): tree.DepthDeclaration {
  return { kind: 'depth', name: b.identifier(node.children.Name[0]!), span: b.span(node) };
}

/** `n` or `n[l]` after `width` and `activation`. */
function buildIndexable(
  b: Builder,
  node: cst.WidthDeclarationCstNode | cst.ActivationDeclarationCstNode,
): Omit<tree.WidthDeclaration, 'kind'> {
  return {
    name: b.identifier(node.children.Name[0]!),
    ...layerIndexOf(b, node.children.layerIndex),
    span: b.span(node),
  };
}

function layerIndexOf(
  b: Builder,
  nodes: readonly cst.LayerIndexCstNode[] = [],
): { layerIndex?: tree.Identifier } {
  const [node] = nodes;
  return node === undefined ? {} : { layerIndex: b.identifier(node.children.Name[0]!) };
}

function buildLayer(b: Builder, node: cst.LayerDeclarationCstNode): tree.LayerDeclaration {
  return {
    kind: 'layer',
    position: buildPosition(b, node.children.layerPosition[0]!),
    equations: node.children.equation.map((equation) => buildEquation(b, equation)),
    span: b.span(node),
  };
}

function buildPosition(b: Builder, node: cst.LayerPositionCstNode): tree.LayerPosition {
  const [base] = node.children.Name ?? [];
  const [number] = node.children.NumberLiteral ?? [];
  const lowest = base ? 0 : 1;
  return {
    ...(base && { base: b.identifier(base) }),
    offset: number ? b.wholeNumber(number, 'the number of a layer', lowest, MAX_LAYER) : 0,
    span: b.span(node),
  };
}

function buildEquation(b: Builder, node: cst.EquationCstNode): tree.Equation {
  return {
    left: buildDefinedField(b, node.children.definedField[0]!),
    right: buildExpression(b, node.children.expression[0]!),
    span: b.span(node),
  };
}

function buildPrior(b: Builder, node: cst.PriorBlockCstNode): tree.PriorBlock {
  const { priorStatement = [], learningRates = [] } = node.children;
  const statements = [
    ...priorStatement.map((statement) => buildPriorStatement(b, statement)),
    ...learningRates.map((statement) => buildLearningRates(b, statement)),
  ].sort((p, q) => p.span.start - q.span.start);
  return { kind: 'prior', statements, span: b.span(node) };
}

function buildLearningRates(b: Builder, node: cst.LearningRatesCstNode): tree.LearningRates {
  const rates = node.children.learningRate.map((rate) => ({
    group: b.identifier(rate.children.Head[0]!),
    value: buildExpression(b, rate.children.expression[0]!),
    span: b.span(rate),
  }));
  return { kind: 'learning-rates', rates, span: b.span(node) };
}

function buildPriorStatement(b: Builder, node: cst.PriorStatementCstNode): tree.PriorStatement {
  return {
    kind: 'distribution',
    group: b.identifier(node.children.Head[0]!),
    distribution: b.identifier(node.children.Name[0]!),
    arguments: (node.children.argument ?? []).map((argument) => buildArgument(b, argument)),
    span: b.span(node),
  };
}

function buildArgument(b: Builder, node: cst.ArgumentCstNode): tree.Argument {
  const [name] = node.children.Head ?? [];
  return {
    ...(name && { name: b.identifier(name) }),
    value: buildExpression(b, node.children.expression[0]!),
    span: b.span(node),
  };
}

function buildObservables(b: Builder, node: cst.ObservableBlockCstNode): tree.ObservableBlock {
  const definitions = node.children.observableDefinition ?? [];
  return {
    kind: 'observable',
    definitions: definitions.map((definition) => buildObservable(b, definition)),
    span: b.span(node),
  };
}

function buildObservable(b: Builder, node: cst.ObservableDefinitionCstNode): tree.ObservableDefinition {
  const constraints = node.children.whereClause?.[0]?.children.constraint ?? [];
  return {
    left: buildDefinedField(b, node.children.definedField[0]!),
    right: buildExpression(b, node.children.expression[0]!),
    constraints: constraints.map((constraint) => buildConstraint(b, constraint)),
    span: b.span(node),
  };
}

function buildConstraint(b: Builder, node: cst.ConstraintCstNode): tree.IndexConstraint {
  const [left, right] = node.children.Name;
  return { left: b.identifier(left!), right: b.identifier(right!), span: b.span(node) };
}

function buildStudy(b: Builder, node: cst.StudyBlockCstNode): tree.StudyBlock {
  const [name] = node.children.StringLiteral;
  return {
    kind: 'study',
    name: buildText(b, name!),
    nameSpan: b.spanOf(name!),
    statements: (node.children.studyStatement ?? []).map((statement) => buildStudyStatement(b, statement)),
    span: b.span(node),
  };
}

function buildStudyStatement(b: Builder, { children }: cst.StudyStatementCstNode): tree.StudyStatement {
  if (children.assignment) return buildAssignment(b, children.assignment[0]!);
  if (children.checkStatement) return buildCheck(b, children.checkStatement[0]!);
  if (children.flowStatement) return buildFlow(b, children.flowStatement[0]!);
  if (children.findStatement) return buildFind(b, children.findStatement[0]!);
  if (children.phaseStatement) return buildPhase(b, children.phaseStatement[0]!);
  return buildExpect(b, children.expectStatement![0]!);
}

function buildAssignment(b: Builder, node: cst.AssignmentCstNode): tree.Assignment {
  return {
    kind: 'assignment',
    name: b.identifier(node.children.Head[0]!),
    ...layerIndexOf(b, node.children.layerIndex),
    value: buildExpression(b, node.children.expression[0]!),
    span: b.span(node),
  };
}

function buildCheck(b: Builder, node: cst.CheckStatementCstNode): tree.CheckStatement {
  const { Within, NumberLiteral } = node.children.ensemble[0]!.children;
  const [amount, seed] = NumberLiteral!;
  return {
    kind: 'check',
    observables: buildNames(b, node.children.observableNames[0]!),
    width: b.identifier(node.children.Head[0]!),
    widths: node.children.NumberLiteral.map((width) => buildNumber(b, width)),
    ...(Within ? { within: buildNumber(b, amount!) } : { networks: buildNumber(b, amount!) }),
    ...(seed && { seed: buildNumber(b, seed) }),
    span: b.span(node),
  };
}

function buildFlow(b: Builder, node: cst.FlowStatementCstNode): tree.FlowStatement {
  const { expression, depthRange, atWidth } = node.children;
  return {
    kind: 'flow',
    quantities: expression.map((quantity) => buildExpression(b, quantity)),
    ...(depthRange && { depth: buildDepthRange(b, depthRange[0]!) }),
    ...(atWidth && { width: buildAtWidth(b, atWidth[0]!) }),
    span: b.span(node),
  };
}

function buildDepthRange(
  b: Builder,
  { children }: cst.DepthRangeCstNode,
): NonNullable<tree.FlowStatement['depth']> {
  const [from, to] = children.NumberLiteral;
  return { name: b.identifier(children.Head[0]!), from: buildNumber(b, from!), to: buildNumber(b, to!) };
}

function buildAtWidth(
  b: Builder,
  { children }: cst.AtWidthCstNode,
): NonNullable<tree.FlowStatement['width']> {
  return { name: b.identifier(children.Head[0]!), value: buildNumber(b, children.NumberLiteral[0]!) };
}

function buildNames(b: Builder, { children }: cst.ObservableNamesCstNode): readonly tree.Identifier[] {
  return children.Name.map((name) => b.identifier(name));
}

function buildFind(b: Builder, node: cst.FindStatementCstNode): tree.FindStatement {
  return {
    kind: 'find',
    parameters: node.children.Name.map((name) => b.identifier(name)),
    span: b.span(node),
  };
}

function buildPhase(b: Builder, node: cst.PhaseStatementCstNode): tree.PhaseStatement {
  const axes = node.children.phaseAxis.map((axis) => ({
    name: b.identifier(axis.children.Head[0]!),
    from: buildExpression(b, axis.children.expression[0]!),
    to: buildExpression(b, axis.children.expression[1]!),
    span: b.span(axis),
  }));
  return { kind: 'phase', axes, span: b.span(node) };
}

function buildExpect(b: Builder, node: cst.ExpectStatementCstNode): tree.ExpectStatement {
  return {
    kind: 'expect',
    left: buildDefinedField(b, node.children.definedField[0]!),
    right: buildExpression(b, node.children.expression[0]!),
    span: b.span(node),
  };
}
