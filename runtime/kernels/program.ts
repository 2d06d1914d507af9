/** Functions of one variable as programs of the kernels' vector machine (source/elementwise.c). */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import type { Expr, FunctionName } from '../../theory/expression.ts';
import { applyElementwise, type ElementwiseOperations } from '../simulate/elementwise.ts';
import type { Kernels, Pointer } from './kernels.ts';

/** The codes of source/elementwise.c, in its order. */
const OPERATIONS = [
  'add',
  'multiply',
  'divide',
  'sqrt',
  'abs',
  'less',
  'lessEqual',
  'exp',
  'log',
  'sin',
  'cos',
  'tanh',
  'erf',
  'sigmoid',
  'softplus',
] as const;
type Operation = (typeof OPERATIONS)[number];

/** Numbers a register holds. */
const BLOCK = 256;
const INSTRUCTION_WORDS = 6;

/** One term of a signal: `fn` of the symbol z, or z itself, times the coefficient. */
export interface ProgramTerm {
  readonly coefficient: number;
  readonly fn?: Expr;
}

/** Evaluates a function in float32: `count` numbers, a multiple of 4, from `z` to `out`. */
export type Program = (out: Pointer, z: Pointer, count: number) => void;

/** A value is its place in the order of computation: 0 is z, then constants, then instructions. */
interface Recording {
  readonly constants: number[];
  readonly instructions: { readonly op: Operation; readonly operands: readonly Value[] }[];
}

type Value = { readonly constant: number } | { readonly instruction: number } | 'z';

/** The sum of the terms as a program in the memory of these kernels. */
export function compileProgram(kernels: Kernels, terms: readonly ProgramTerm[]): Program {
  const recording: Recording = { constants: [], instructions: [] };
  const ops = recordingOperations(recording);
  const result = terms
    .map(({ coefficient, fn }): Value => {
      const value = fn ? applyElementwise<Value>(fn, 'z', 'z', ops) : 'z';
      return coefficient === 1 ? value : ops.multiply(ops.constant(coefficient), value);
    })
    .reduce((sum, term) => ops.add(sum, term));
  return install(kernels, recording, result);
}

function install(kernels: Kernels, { constants, instructions }: Recording, result: Value): Program {
  const registerOf = (value: Value): number => {
    if (value === 'z') return 0;
    return 'constant' in value ? 1 + value.constant : 1 + constants.length + value.instruction;
  };
  const registers = 1 + constants.length + instructions.length;
  const scratch = kernels.allocate(4 * BLOCK * registers);
  const values = kernels.allocate(4 * constants.length);
  const code = kernels.allocate(4 * INSTRUCTION_WORDS * instructions.length);
  kernels.f32(values, constants.length).set(constants);
  const words = instructions.flatMap(({ op, operands }, at) => {
    const places = operands.map(registerOf);
    const padded = [0, 1, 2, 3].map((k) => places[k] ?? 0);
    return [OPERATIONS.indexOf(op), registerOf({ instruction: at }), ...padded];
  });
  kernels.i32(code, words.length).set(words);
  const place = registerOf(result);
  return (out, z, count) =>
    kernels.runProgram(out, z, count, code, instructions.length, values, constants.length, place, scratch);
}

function recordingOperations({ constants, instructions }: Recording): ElementwiseOperations<Value> {
  const record = (op: Operation, ...operands: readonly Value[]): Value => {
    instructions.push({ op, operands });
    return { instruction: instructions.length - 1 };
  };
  const constant = (value: number): Value => {
    const known = constants.indexOf(value);
    return { constant: known < 0 ? constants.push(value) - 1 : known };
  };
  const unary =
    (op: Operation) =>
    (x: Value): Value =>
      record(op, x);
  const [exp, log, sqrt] = [unary('exp'), unary('log'), unary('sqrt')];
  const multiply = (x: Value, y: Value): Value => record('multiply', x, y);
  const functions: { readonly [F in FunctionName]: (x: Value) => Value } = {
    exp,
    log,
    sin: unary('sin'),
    cos: unary('cos'),
    tanh: unary('tanh'),
    erf: unary('erf'),
    sigmoid: unary('sigmoid'),
    softplus: unary('softplus'),
  };
  return {
    constant,
    add: (x, y) => record('add', x, y),
    multiply,
    divide: (x, y) => record('divide', x, y),
    pow: (base, exponent) => {
      if (!(exponent > 0)) throw new InternalError(`not a positive power: ${exponent}`);
      return exp(multiply(constant(exponent), log(base)));
    },
    sqrt,
    abs: unary('abs'),
    select: (left, right, strict, yes, no) => record(strict ? 'less' : 'lessEqual', left, right, yes, no),
    functions,
  };
}
