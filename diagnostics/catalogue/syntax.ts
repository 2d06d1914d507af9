import type { MessageTable } from './message.ts';

/** EFT1xx: the text is not a program of the language. */
export const SYNTAX_MESSAGES = {
  EFT101: { severity: 'error', text: 'the file has {size} bytes; at most {limit} are read' },
  EFT102: { severity: 'error', text: 'unexpected character {character}' },
  EFT103: { severity: 'error', text: 'this string is not closed on its line' },
  EFT104: { severity: 'error', text: 'expressions nest more than {limit} levels deep here' },
  EFT105: { severity: 'error', text: 'more than {limit} operators in one expression' },
  EFT106: { severity: 'error', text: 'unknown escape {escape} in a string' },
  EFT107: {
    severity: 'error',
    text: 'the file has {count} words, numbers and signs; at most {limit} are read',
  },
  EFT110: { severity: 'error', text: 'unexpected {found}: expected {expected}' },
  EFT111: { severity: 'error', text: 'unknown {what} `{name}`' },
  EFT112: { severity: 'error', text: 'this {bracket} is never closed' },
  EFT113: { severity: 'error', text: 'this {bracket} closes nothing' },
  EFT120: { severity: 'error', text: '{what} must be a whole number, not `{text}`' },
  EFT121: { severity: 'error', text: 'the number `{text}` is out of range' },
  EFT122: { severity: 'error', text: '{what} must lie between {low} and {high}, not `{text}`' },
  EFT123: { severity: 'error', text: 'an expansion is in `1/n`, not in `{text}/{name}`' },
  EFT130: { severity: 'error', text: 'language version {version} is not known' },
  EFT131: { severity: 'error', text: 'the language version is stated {where}' },
  EFT199: { severity: 'error', text: 'too many errors: only the first {first} shown' },
} as const satisfies MessageTable;
