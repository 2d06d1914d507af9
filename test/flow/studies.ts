/** Studies of the multilayer perceptron, built by hand. */
import { NAMED_ACTIVATIONS } from '../../theory/activations.ts';
import { symbol, type Expr } from '../../theory/expression.ts';
import type { ActivationChoice, Study } from '../../theory/model.ts';
import { parseRational } from '../../theory/rational.ts';

const span = { file: { name: 'test', text: '' }, start: 0, end: 0 };

export interface StudyOptions {
  readonly samples?: readonly (readonly number[])[];
  readonly depth?: number;
  readonly C_W?: number;
  readonly C_b?: number;
  readonly widths?: readonly number[];
}

/** One input of norm |x|^2 = n_0 by default, so that the first kernel is C_b + C_W. */
export function mlpStudy(activation: string | Expr, options: StudyOptions = {}): Study {
  const { samples = [[1]], depth = 4, C_W = 1, C_b = 0, widths } = options;
  const choice = typeof activation === 'string' ? namedChoice(activation) : userChoice(activation);
  return {
    name: 'test',
    span,
    parameters: new Map([
      ['C_W', C_W],
      ['C_b', C_b],
    ]),
    activations: new Map([['sigma', [choice]]]),
    samples,
    depth,
    widths: Array.from({ length: depth }, (_, k) => parseRational(String(widths?.[k] ?? 1))),
    flows: [],
    checks: [],
    expectations: [],
  };
}

function namedChoice(name: string): ActivationChoice {
  const expression = NAMED_ACTIVATIONS.get(name)?.(symbol('z'));
  if (!expression) throw new Error(`no activation ${name}`);
  return { name, expression };
}

function userChoice(expression: Expr): ActivationChoice {
  return { name: 'user-defined', expression };
}
