import type { MessageTable } from './message.ts';

/** EFT3xx: indices of the wrong kind, unbound, bound twice or missing on one side. */
export const INDEX_MESSAGES = {} as const satisfies MessageTable;
