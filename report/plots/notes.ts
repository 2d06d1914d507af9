/** The small print of a picture: what was assumed. */
import type { FlowResult } from '../../runtime/flow/flowResult.ts';
import type { CheckReport } from '../../runtime/check/report.ts';
import { joinLabels, numberLabel, symbolLabel, words, type Label } from '../label.ts';
import { labelWidth } from '../labelText.ts';

const NOTE_WIDTH = 620;
const NOTE_SIZE = 10.5;

/** `sigma = tanh, C_W = 1.2, ...` */
export function parameterLabels(parameters: FlowResult['parameters']): Label[] {
  return Object.entries(parameters).map(([name, value]) =>
    // A slot called `relu` that holds `relu`.
    name === value ? words(name) : [...symbolLabel(name), { text: ' = ' }, ...valueLabel(value)],
  );
}

function valueLabel(value: FlowResult['parameters'][string]): Label {
  if (typeof value === 'number') return numberLabel(value, 9);
  if (typeof value === 'string') return words(value);
  const parts = value.map((each) => valueLabel(each));
  return [{ text: '(' }, ...joinLabels(parts, ', '), { text: ')' }];
}

/** `16000 networks at each width, seed 7`. */
export function ensembleLabel({ networks, seed }: CheckReport): Label {
  return words(`${networks} networks at each width, seed ${seed}`);
}

/** Comma by comma on as few lines as have room. */
export function wrapNotes(parts: readonly Label[]): Label[] {
  return parts.reduce<Label[]>((lines, part) => {
    const last = lines.at(-1);
    const joined = last ? joinLabels([last, part], ', ') : part;
    return last && labelWidth(joined, NOTE_SIZE) <= NOTE_WIDTH
      ? [...lines.slice(0, -1), joined]
      : [...lines, part];
  }, []);
}
