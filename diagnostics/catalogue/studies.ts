import type { MessageTable } from './message.ts';

/** EFT5xx: studies and their data. */
export const STUDY_MESSAGES = {
  EFT501: { severity: 'error', text: 'two studies are called "{name}"' },
  EFT502: { severity: 'error', text: '`{name}` is given twice' },
  EFT503: { severity: 'error', text: 'the study "{study}" does not give {what}' },
  EFT504: { severity: 'error', text: '`{name}` {reason}' },
  EFT505: { severity: 'error', text: '`{name}` must be {expected}, not {found}' },
  EFT506: { severity: 'error', text: '`{name}` has {count} values for {expected} layers' },
  EFT507: { severity: 'error', text: '{what} comes to {value} in the study "{study}"' },
  EFT508: { severity: 'error', text: '{what} is asked for twice' },
  EFT509: { severity: 'error', text: 'layer {layer} would have {value} neurons at {width} = {n}' },
  EFT510: { severity: 'error', text: '{what} must lie between {low} and {high}, not {found}' },
  EFT511: { severity: 'error', text: '{what} comes to {found}; at most {limit}' },
  EFT512: { severity: 'error', text: 'a range from {from} to {to} is empty' },
  EFT513: { severity: 'error', text: 'nothing measures this expectation' },
  EFT514: { severity: 'error', text: '{what} must be {expected}, not {found}' },
  EFT515: {
    severity: 'error',
    text: 'a skip connection joins layers of equal widths, but layer {layer} has `{first}` and layer {next} `{second}`',
  },
  EFT516: { severity: 'error', text: 'the prior of `{name}` cannot be sampled' },
  EFT517: { severity: 'error', text: '{what} needs {expected}, not {found}' },
  EFT520: { severity: 'error', text: 'samples must be {expected}' },
  EFT521: { severity: 'error', text: 'this sample has {count}; the first has {expected}' },
  EFT522: { severity: 'error', text: 'a study needs at least one sample with at least one component' },
  EFT530: { severity: 'error', text: 'the file {file} has {size}; at most {limit} are read' },
  EFT531: {
    severity: 'error',
    text: 'line {line} of {file} has {count}, line {firstLine} has {expected}',
  },
  EFT532: { severity: 'error', text: 'line {line} of {file} holds {text} where a number was expected' },
  EFT533: { severity: 'error', text: '{file} is not a table: {reason}' },
  EFT534: { severity: 'error', text: '{file} has no {what}' },
  EFT535: { severity: 'error', text: 'line {line} of {file} has no value in column {column}' },
} as const satisfies MessageTable;
