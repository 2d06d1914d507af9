/** A residual network is measured once; theories with a part of the cumulants of many legs on one neuron changed, or left out, are rejected. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { itemsOf, judge, measureStudy, theoryToCheck } from '../../bench/mutants.ts';
import { compile } from '../../index.ts';
import type { MeasuredWidth } from '../../runtime/check/compareItems.ts';
import { openBackend } from '../../runtime/backend.ts';
import { isAnyFunction } from '../../theory/functionCoupling.ts';
import { couplingName } from '../../theory/couplingName.ts';
import { multiplyRationals, rational, type Rational } from '../../theory/rational.ts';
import type { Theory } from '../../theory/theory.ts';

const NAME = 'bench/residualPower.eft';
const model = compile({ name: NAME, text: readFileSync(NAME, 'utf8') }, { readText: () => undefined }).value!;
const study = model.studies[0]!;
const theory = theoryToCheck(model);

/** V~'[f] with its source, < sigma sigma f >, times a factor. */
function withSource(factor: Rational): Theory {
  const { ring } = theory;
  const recursions = theory.recursions.map((recursion) => {
    if (couplingName(recursion.family, recursion.order).letter !== 'V~') return recursion;
    const terms = ring.terms(recursion.value).map((term) => {
      const isSource = term.factors.some(
        ({ atom }) => atom.kind === 'average' && atom.locals.some(isAnyFunction),
      );
      return isSource ? { ...term, coefficient: multiplyRationals(term.coefficient, factor) } : term;
    });
    return { ...recursion, value: ring.fromTerms(terms) };
  });
  return { ...theory, recursions };
}

describe('the check of a residual network', () => {
  let measured: MeasuredWidth[];
  beforeAll(async () => {
    const { networks, seed } = study.checks[0]!;
    const backend = await openBackend('wasm');
    measured = await measureStudy(model, study, itemsOf(theory, study), backend, { networks, seed });
  }, 180_000);

  it('agrees with the theory as derived, which is wrong by 1/n^2', () => {
    const { verdict, scaling } = judge(theory, study, measured);
    expect(verdict).toBe('agree');
    expect(scaling[0]!.exponent!).toBeGreaterThan(1.6);
    expect(scaling[0]!.exponent!).toBeLessThan(2.4);
    expect(scaling[0]!.detectable).toBeLessThan(0.05);
  });

  it.each([
    ['10 % more', rational(11, 10)],
    ['10 % less', rational(9, 10)],
    ['nothing', rational(0)],
  ])('rejects it with %s of many legs on one neuron', (_, factor) => {
    expect(judge(withSource(factor), study, measured).verdict).toBe('disagree');
  });
});
