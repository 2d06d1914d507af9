import type { MessageTable } from './message.ts';

/** EFT5xx: studies and their data. */
export const STUDY_MESSAGES = {} as const satisfies MessageTable;
