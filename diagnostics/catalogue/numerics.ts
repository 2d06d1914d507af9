import type { MessageTable } from './message.ts';

/** EFT6xx: numbers that cannot be computed: kernels, overflow, budgets. */
export const NUMERIC_MESSAGES = {} as const satisfies MessageTable;
