import type { MessageTable } from './message.ts';

/** EFT6xx: what only shows when a theory is derived or evaluated: kernels, averages, overflow, budgets. */
export const NUMERIC_MESSAGES = {
  EFT601: { severity: 'error', text: 'no Gaussian has the kernel that the flow arrives at: {what}' },
  EFT602: { severity: 'error', text: 'a number grows beyond 10^308: {what}' },
  EFT603: { severity: 'error', text: 'the flow leaves the numbers: {what}' },
  EFT604: { severity: 'error', text: 'an average does not exist: {what}' },
  EFT605: { severity: 'error', text: 'an average is out of reach: {what}' },
  EFT606: { severity: 'error', text: 'a number is lost to rounding: {what}' },
  EFT610: { severity: 'error', text: '{what} needs more than {limit} terms before merging' },
  EFT611: { severity: 'error', text: 'this flow needs {count} {what}; the limit is {limit}' },
} as const satisfies MessageTable;
