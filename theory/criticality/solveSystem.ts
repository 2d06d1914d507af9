/** Small systems of polynomial equations in a few unknowns, solved one equation at a time. */
import { evaluate } from '../evaluate.ts';
import { differentiate } from '../differentiate.ts';
import { add, negate, type Expr } from '../expression.ts';
import { symbolsOf } from '../foldExpression.ts';
import { printTextExpression } from '../printExpression.ts';
import { solveForDisplay } from '../scalarAlgebra.ts';
import { substitute } from '../substitute.ts';
import { NOUGHT, UNIT, isNought, quotient, times } from './constants.ts';

/** An expression that is to vanish, with what it says. */
export interface Equation {
  readonly value: Expr;
  readonly says: string;
}

/** Values of unknowns; those missing are free. */
export type Solution = ReadonlyMap<string, Expr>;

export interface SystemResult {
  readonly solutions: readonly Solution[];
  /** Of branches that end in a contradiction: the equation that fails there, and what was found by then. */
  readonly contradictions: readonly { readonly says: string; readonly solution: Solution }[];
}

/**
 * Every real solution reached by solving, in turn, an equation with the fewest unknowns left, each linear or quadratic in the unknown
 * it is solved for; the computer algebra's roots are verified before they are used. Exact constants stay exact.
 */
export async function solveSystem(
  equations: readonly Equation[],
  unknowns: readonly string[],
): Promise<SystemResult> {
  return solveFrom(equations, unknowns, new Map());
}

async function solveFrom(
  equations: readonly Equation[],
  unknowns: readonly string[],
  solution: Solution,
): Promise<SystemResult> {
  const left = equations.filter(({ value }) => !isNought(value));
  const unknownsOf = ({ value }: Equation): string[] =>
    unknowns.filter((name) => symbolsOf(value).includes(name));
  const failed = left.find((equation) => unknownsOf(equation).length === 0);
  if (failed) return { solutions: [], contradictions: [{ says: failed.says, solution }] };
  const [next] = [...left].sort((p, q) => unknownsOf(p).length - unknownsOf(q).length);
  if (!next) return { solutions: [solution], contradictions: [] };
  for (const name of unknownsOf(next)) {
    const roots = await rootsOf(next.value, name);
    const real = distinct(roots).filter(isReal);
    if (roots.length === 0) continue;
    if (real.length === 0) return { solutions: [], contradictions: [{ says: next.says, solution }] };
    const results = await Promise.all(
      real.map((root) => {
        const at = new Map([[name, root]]);
        const rest = left.map(({ value, says }) => ({ value: expanded(substitute(value, at)), says }));
        const known = new Map([...solution].map(([key, value]) => [key, expanded(substitute(value, at))]));
        return solveFrom(rest, unknowns, new Map([...known, [name, expanded(root)]]));
      }),
    );
    return {
      solutions: results.flatMap(({ solutions }) => solutions),
      contradictions: results.flatMap(({ contradictions }) => contradictions),
    };
  }
  return { solutions: [], contradictions: [{ says: `${next.says} (not linear or quadratic)`, solution }] };
}

/** By the computer algebra within its bounds; a linear equation with larger constants is solved as it stands. */
async function rootsOf(value: Expr, name: string): Promise<readonly Expr[]> {
  const { roots } = await solveForDisplay(value, name);
  if (roots.length > 0) return roots;
  const slope = differentiate(value, name);
  if (symbolsOf(slope).includes(name) || isNought(slope)) return [];
  return [quotient(negate(substitute(value, new Map([[name, NOUGHT]]))), slope)];
}

/** Multiplied out, so that what cancels is seen. */
function expanded(value: Expr): Expr {
  if (value.kind === 'sum') return add(...value.terms.map(expanded));
  return value.kind === 'product' ? value.factors.map(expanded).reduce(times, UNIT) : value;
}

function distinct(roots: readonly Expr[]): Expr[] {
  return [...new Map(roots.map((root) => [printTextExpression(root), root])).values()];
}

function isReal(root: Expr): boolean {
  return symbolsOf(root).length > 0 || Number.isFinite(evaluate(root));
}
