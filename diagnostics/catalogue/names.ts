import type { MessageTable } from './message.ts';

/** EFT2xx: names that are unknown, declared twice or used as something they are not. */
export const NAME_MESSAGES = {
  EFT201: { severity: 'error', text: 'unknown {what} `{name}`' },
} as const satisfies MessageTable;
