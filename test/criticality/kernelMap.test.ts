import { describe, expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import { couplingName } from '../../theory/couplingName.ts';
import { kernelMap } from '../../theory/criticality/kernelMap.ts';
import { printOneSample } from '../../theory/criticality/printOneSample.ts';
import { specialiseToOneSample } from '../../theory/expandSamples.ts';
import type { Atom } from '../../theory/atom.ts';
import type { Theory } from '../../theory/theory.ts';
import { tangentModel } from '../derive/tangentModel.ts';
import { modelOf } from './studies.ts';

/** The part of a one-sample recursion that a coupling is multiplied with. */
function factorOf(theory: Theory, name: string): ReturnType<Theory['ring']['atom']> {
  const { ring } = theory;
  const recursion = theory.recursions.find(({ family, order }) => {
    const { letter, correction } = couplingName(family, order);
    return `${letter}${correction || ''}` === name;
  })!;
  const own = (atom: Atom): boolean =>
    atom.kind === 'coupling' && atom.family.key === recursion.family.key && atom.order === recursion.order;
  const terms = ring.terms(specialiseToOneSample(ring, recursion.value));
  return ring.fromTerms(
    terms
      .filter(({ factors }) => factors.some(({ atom }) => own(atom)))
      .map(({ coefficient, factors }) => ({
        coefficient,
        factors: factors.filter(({ atom }) => !own(atom)),
      })),
  );
}

describe('susceptibilities', () => {
  const theory = derive(tangentModel(1));
  const { ring, parallel, perpendicular } = kernelMap(theory);

  it('chi_par, the derivative of the kernel recursion, is what G1 and, squared, V and F are carried on with', () => {
    expect(ring.equal(factorOf(theory, 'G1'), parallel)).toBe(true);
    expect(ring.equal(factorOf(theory, 'V'), ring.multiply(parallel, parallel))).toBe(true);
  });

  it('chi_perp, for two inputs, is what Theta and, squared, A and B are carried on with', () => {
    expect(ring.equal(factorOf(theory, 'Theta'), perpendicular)).toBe(true);
    for (const name of ['A', 'B'])
      expect(ring.equal(factorOf(theory, name), ring.multiply(perpendicular, perpendicular))).toBe(true);
  });

  it('are printed in the terms of the literature', () => {
    expect(printOneSample(ring, parallel)).toEqual({
      text: 'C_W d<sigma^2>/dK',
      latex: 'C_{W} \\frac{d}{dK} \\left\\langle \\sigma^2 \\right\\rangle',
    });
    expect(printOneSample(ring, perpendicular).text).toBe("C_W <(sigma')^2>");
  });

  it('a skip connection and a linear branch add their own', () => {
    const model = modelOf({
      layer: 'z[i] = gamma * z[i] + b[i] + sum(j) W[i,j] * (sigma(z[j]) + alpha * z[j])',
      study: 'sigma = tanh, alpha = 1, gamma = 1\nfind critical (C_b, C_W)',
    });
    const map = kernelMap(derive(model));
    expect(printOneSample(map.ring, map.next).text).toBe(
      'C_b + C_W <sigma^2> + 2 C_W alpha <z sigma> + gamma^2 K + C_W alpha^2 K',
    );
    expect(printOneSample(map.ring, map.perpendicular).text).toBe(
      "C_W <(sigma')^2> + gamma^2 + 2 C_W alpha <sigma'> + C_W alpha^2",
    );
  });
});
