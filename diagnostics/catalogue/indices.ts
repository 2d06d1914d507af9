import type { MessageTable } from './message.ts';

/** EFT3xx: indices of the wrong kind, unbound, bound twice or missing on one side. */
export const INDEX_MESSAGES = {
  EFT301: { severity: 'error', text: 'index `{index}` is not bound' },
  EFT302: { severity: 'error', text: 'index `{index}` is bound twice' },
  EFT303: { severity: 'error', text: '`{name}` takes {expected}, not {found}' },
  EFT304: { severity: 'error', text: '`{index}` counts {actual}, but this place counts {expected}' },
  EFT305: { severity: 'error', text: 'index `{index}` on the left does not occur on the right' },
  EFT306: { severity: 'error', text: 'the summed index `{index}` does not occur in the sum' },
  EFT307: { severity: 'error', text: 'neurons `{first}` and `{second}` are not said to differ' },
  EFT308: { severity: 'error', text: '`{index}` is not a neuron index of this observable' },
  EFT309: { severity: 'error', text: '`{index} != {index}` never holds' },
  EFT310: { severity: 'error', text: '`{name}` has its indices in the groups {expected}, not {found}' },
  EFT311: { severity: 'error', text: 'there is no sample {number}: the study has {count}' },
  EFT312: { severity: 'error', text: 'the index `{index}` must be the number of a sample' },
  EFT313: { severity: 'error', text: 'this constraint is stated twice' },
  EFT314: { severity: 'error', text: 'a neuron must be a letter, not the number {number}' },
  EFT320: {
    severity: 'error',
    text: 'a field has its neurons first, then its samples: `{expected}`, not `{found}`',
  },
  EFT321: { severity: 'error', text: '`{text}` cannot stand in the definition of a field' },
  EFT322: { severity: 'error', text: '`d` differentiates a pre-activation, not `{text}`' },
  EFT323: { severity: 'error', text: 'the summed parameter `{name}` differentiates {times}, not twice' },
  EFT324: { severity: 'error', text: '`rate({name})` occurs {times}, not once' },
  EFT325: { severity: 'error', text: '`{name}` falls into parts that share no parameter' },
  EFT326: { severity: 'error', text: 'a field with {count} {what} is too large; at most {limit}' },
} as const satisfies MessageTable;
