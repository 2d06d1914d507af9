/** What stands on lines of its own: the statements and blocks of a program, by the text they cover. */
import * as t from '../tokens.ts';
import type { Tightness } from './pieces.ts';
import type { TokenType } from '../chevrotain.ts';
import type { ArchitectureMember, Item, Program } from '../syntax.ts';

/** A statement; `align` is the token its neighbours are lined up at, or after. */
export interface Statement {
  readonly kind: 'statement';
  readonly start: number;
  readonly end: number;
  readonly tightness: Tightness;
  readonly align?: Alignment;
  /** Whether it may share a line with its neighbours when it did so in the source. */
  readonly joins: boolean;
}

export interface Alignment {
  /** Only statements of one group are lined up with each other. */
  readonly group: string;
  readonly token: TokenType;
  readonly side: 'before' | 'after';
}

/** A block; its header runs to the `{`, its end is after the `}`. */
export interface Block {
  readonly kind: 'block';
  readonly start: number;
  readonly end: number;
  readonly members: readonly Statement[];
}

export type Entry = Statement | Block;

export function outline(program: Program): readonly Entry[] {
  const version = program.version ? [statement(program.version)] : [];
  return [...version, ...program.items.map(outlineItem)];
}

interface Spanned {
  readonly span: { readonly start: number; readonly end: number };
}

function statement({ span }: Spanned, options: Partial<Statement> = {}): Statement {
  return {
    kind: 'statement',
    start: span.start,
    end: span.end,
    tightness: 'loose',
    joins: false,
    ...options,
  };
}

function block({ span }: Spanned, members: readonly Statement[]): Block {
  return { kind: 'block', start: span.start, end: span.end, members };
}

const LAYERS: Alignment = { group: 'layer', token: t.Colon, side: 'after' };
const PRIORS: Alignment = { group: 'prior', token: t.Tilde, side: 'before' };
const DEFINITIONS: Alignment = { group: 'definition', token: t.Equals, side: 'before' };

function outlineItem(item: Item): Entry {
  switch (item.kind) {
    case 'import':
    case 'activation-definition':
      return statement(item);
    case 'expand':
      return statement(item, { tightness: 'tight' });
    case 'architecture':
      return block(item, item.members.map(outlineMember));
    case 'prior':
      return block(
        item,
        item.statements.map((inner) =>
          inner.kind === 'distribution' ? statement(inner, { align: PRIORS }) : statement(inner),
        ),
      );
    case 'observable':
      return block(
        item,
        item.definitions.map((definition) => statement(definition, { align: DEFINITIONS })),
      );
    case 'study':
      return block(
        item,
        item.statements.map((inner) => statement(inner, { joins: inner.kind === 'assignment' })),
      );
  }
}

function outlineMember(member: ArchitectureMember): Statement {
  if (member.kind === 'layer') return statement(member, { tightness: 'until-colon', align: LAYERS });
  return statement(member);
}
