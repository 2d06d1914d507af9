/**
 * Variances, learning rates and coefficients of a model in shorter form: `(a^2 - 1)/(a + 1)` becomes `a - 1`, so that the recursions are
 * polynomials in `a` and not in `1/(a + 1)`. Only what was proved equal is taken, and the computer algebra system is
 * loaded only for a model in which sums are divided by: canonical construction settles everything else.
 */
import type { Expr } from './expression.ts';
import { foldExpression } from './foldExpression.ts';
import type { LayerTerm, Model, ParameterGroup } from './model.ts';
import type { AlgebraSystem } from './nerdamer.ts';

/** The model itself when there is nothing to do. */
export async function simplifyCoefficients(model: Model, system?: AlgebraSystem): Promise<Model> {
  const { firstLayer, layer } = model.architecture;
  const scalars = [
    ...model.groups.flatMap(({ variance, rate }) => (rate ? [variance, rate] : [variance])),
    ...[...firstLayer, ...layer].map(({ coefficient }) => coefficient),
  ];
  const shorter = await shorterForms(scalars.filter(dividesBySum), system);
  if (shorter.size === 0) return model;
  const short = (expr: Expr): Expr => shorter.get(expr.key) ?? expr;
  const term = (given: LayerTerm): LayerTerm => ({ ...given, coefficient: short(given.coefficient) });
  const group = (given: ParameterGroup): ParameterGroup => ({
    ...given,
    variance: short(given.variance),
    ...(given.rate ? { rate: short(given.rate) } : {}),
  });
  return {
    ...model,
    groups: model.groups.map(group),
    architecture: { ...model.architecture, firstLayer: firstLayer.map(term), layer: layer.map(term) },
  };
}

/** By the key of the expression it replaces. */
async function shorterForms(
  candidates: readonly Expr[],
  system: AlgebraSystem | undefined,
): Promise<Map<string, Expr>> {
  const found = new Map<string, Expr>();
  if (candidates.length === 0) return found;
  const { simplifyForDisplay } = await import('./scalarAlgebra.ts');
  for (const expr of candidates) {
    const { value, verified } = await simplifyForDisplay(expr, system);
    if (verified && countParts(value) < countParts(expr)) found.set(expr.key, value);
  }
  return found;
}

function dividesBySum(expr: Expr): boolean {
  return parts(expr).some(
    (part) => part.kind === 'power' && part.exponent.numerator < 0n && part.base.kind === 'sum',
  );
}

function countParts(expr: Expr): number {
  return parts(expr).length;
}

/** Every node of the tree, the arguments of functions left aside. */
function parts(expr: Expr): readonly Expr[] {
  return foldExpression<readonly Expr[]>({
    number: (node) => [node],
    symbol: (node) => [node],
    sum: (node, into) => [node, ...node.terms.flatMap(into)],
    product: (node, into) => [node, ...node.factors.flatMap(into)],
    power: (node, into) => [node, ...into(node.base)],
    call: (node) => [node],
    piecewise: (node) => [node],
  })(expr);
}
