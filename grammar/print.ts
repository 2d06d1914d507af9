/** From the syntax tree back to text, in ASCII spelling. */
import { printArgument, printExpression, printField, printText } from './printExpression.ts';
import type * as tree from './syntax.ts';

/**
 * A program whose tree is `program`, one statement a line, comments left out. `parse` of the result gives the same
 * tree up to spans and comments; `format` keeps the user's own spelling where there is one.
 */
export function print(program: tree.Program): string {
  const version = program.version ? [`eft ${program.version.version}\n`] : [];
  return [...version, ...program.items.map((item) => `${printItem(item)}\n`)].join('\n');
}

function printItem(item: tree.Item): string {
  switch (item.kind) {
    case 'import':
      return `import ${item.standard ? 'standard ' : ''}${printText(item.path)}`;
    case 'activation-definition':
      return `activation ${item.name.name}(${item.parameter.name}) = ${printExpression(item.body)}`;
    case 'expand':
      return `expand in 1/${item.width.name} to order ${item.order}`;
    case 'architecture':
      return printBlock(
        `architecture${item.name ? ` ${item.name.name}` : ''}`,
        item.members.map(printMember),
      );
    case 'prior':
      return printBlock('prior', item.statements.map(printPriorStatement));
    case 'observable':
      return printBlock('observable', item.definitions.map(printDefinition));
    case 'study':
      return printBlock(`study ${printText(item.name)}`, item.statements.map(printStudyStatement));
  }
}

function printBlock(header: string, lines: readonly string[]): string {
  return [`${header} {`, ...lines.map((line) => `  ${line}`), '}'].join('\n');
}

function printMember(member: tree.ArchitectureMember): string {
  switch (member.kind) {
    case 'input':
      return `input ${member.name.name}[${member.dimension.name}]${member.large ? ' large' : ''}`;
    case 'width':
    case 'activation':
      return `${member.kind} ${printIndexable(member)}`;
    case 'depth':
      return `depth ${member.name.name}`;
    case 'layer':
      return `layer ${printPosition(member.position)}: ${member.equations.map(printEquation).join('; ')}`;
  }
}

interface Indexable {
  readonly name: tree.Identifier;
  readonly layerIndex?: tree.Identifier;
}

function printIndexable({ name, layerIndex }: Indexable): string {
  return layerIndex ? `${name.name}[${layerIndex.name}]` : name.name;
}

/** `1`, `l`, `l+1` */
export function printPosition({ base, offset }: tree.LayerPosition): string {
  if (base === undefined) return String(offset);
  return offset === 0 ? base.name : `${base.name}+${offset}`;
}

function printEquation({ left, right }: tree.Equation): string {
  return `${printField(left)} = ${printExpression(right)}`;
}

function printPriorStatement(statement: tree.PriorStatement | tree.LearningRates): string {
  return statement.kind === 'distribution' ? printPrior(statement) : printRates(statement);
}

function printRates({ rates }: tree.LearningRates): string {
  return `learning_rate ${rates.map(({ group, value }) => `${group.name} = ${printExpression(value)}`).join(', ')}`;
}

function printPrior(statement: tree.PriorStatement): string {
  const values = statement.arguments.map(printArgument).join(', ');
  return `${statement.group.name} ~ ${statement.distribution.name}(${values})`;
}

function printDefinition({ left, right, constraints }: tree.ObservableDefinition): string {
  const conditions = constraints.map((constraint) => `${constraint.left.name} != ${constraint.right.name}`);
  const where = conditions.length > 0 ? ` where ${conditions.join(', ')}` : '';
  return `${printField(left)} = ${printExpression(right)}${where}`;
}

function printStudyStatement(statement: tree.StudyStatement): string {
  switch (statement.kind) {
    case 'assignment':
      return `${printIndexable(statement)} = ${printExpression(statement.value)}`;
    case 'check':
      return printCheck(statement);
    case 'flow':
      return printFlow(statement);
    case 'expect':
      return `expect ${printEquation(statement)}`;
    case 'find':
      return `find critical (${printNames(statement.parameters)})`;
    case 'phase':
      return `phase ${statement.axes.map(printAxis).join(', ')}`;
  }
}

function printCheck({ observables, width, widths, networks, within, seed }: tree.CheckStatement): string {
  const at = `at ${width.name} = ${widths.map(({ text }) => text).join(', ')}`;
  const amount = within ? `within ${within.text} %` : `with ${networks?.text ?? ''} networks`;
  const seeded = seed ? `, seed ${seed.text}` : '';
  return `check ${printNames(observables)} ${at} ${amount}${seeded}`;
}

function printAxis({ name, from, to }: tree.PhaseAxis): string {
  return `${name.name} = ${printExpression(from)} .. ${printExpression(to)}`;
}

function printFlow({ quantities, depth, width }: tree.FlowStatement): string {
  const range = depth ? ` for ${depth.name.name} = ${depth.from.text} .. ${depth.to.text}` : '';
  const at = width ? ` at ${width.name.name} = ${width.value.text}` : '';
  return `flow ${quantities.map(printExpression).join(', ')}${range}${at}`;
}

function printNames(names: readonly tree.Identifier[]): string {
  return names.map(({ name }) => name).join(', ');
}
