import type { MessageTable } from './message.ts';

/** EFT4xx: orders in 1/n, architectures and priors. */
export const ORDER_MESSAGES = {} as const satisfies MessageTable;
