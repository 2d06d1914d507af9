import type { MessageTable } from './message.ts';

/** EFT2xx: names that are unknown, declared twice or used as something they are not; imports. */
export const NAME_MESSAGES = {
  EFT201: { severity: 'error', text: 'unknown {what} `{name}`' },
  EFT202: { severity: 'error', text: '`{name}` is declared twice' },
  EFT203: { severity: 'error', text: '`{name}` is {actual}, not {expected}' },
  EFT204: { severity: 'error', text: '`{name}` has a meaning of its own and cannot be declared' },
  EFT205: { severity: 'error', text: 'there is no {what}' },
  EFT206: { severity: 'error', text: 'a second {what}' },
  EFT207: { severity: 'error', text: '`{name}` takes {expected}, not {count}' },
  EFT208: { severity: 'error', text: '`{name}` is defined through itself: {path}' },
  EFT210: { severity: 'error', text: 'cannot read `{path}`' },
  EFT211: { severity: 'error', text: 'the path `{path}` leads out of the folder of this file' },
  EFT212: { severity: 'error', text: 'this import closes a circle: {path}' },
  EFT213: { severity: 'error', text: 'more than {limit} files are imported' },
  EFT220: { severity: 'error', text: '{what} cannot stand here' },
  EFT221: { severity: 'error', text: 'an exponent must be a number, not `{text}`' },
  EFT222: { severity: 'error', text: 'this expression has no value: {reason}' },
  EFT223: { severity: 'error', text: '`{name}` grows to {count} operations; at most {limit} are allowed' },
  EFT224: {
    severity: 'error',
    text: 'this exponent must be a whole number from {low} to {high}, not `{text}`',
  },
} as const satisfies MessageTable;
