/** The design study of bench/designStudy.ts in brief: 50 layers of tanh learn at the critical point, and not away from it. */
import { describe, expect, it } from 'vitest';
import { bestTraining, initialisations, tangentKernel } from '../../bench/designStudy.ts';

const SHAPE = { depth: 50, width: 64, steps: 20 };

/** The loss of the best answer that is the same for every flower: 1/3 for each species. */
const CONSTANT = 1 / 3;

describe('a tanh network of 50 layers on the Iris data', async () => {
  const [critical, ordered, chaotic] = await initialisations();
  const unit = tangentKernel(critical!, SHAPE.depth);

  it('is put at the critical point that the theory finds, where its tangent kernel is near 1/2 at any depth', () => {
    expect(critical).toMatchObject({ C_W: 1, C_b: 0 });
    expect(unit).toBeGreaterThan(0.5);
    expect(unit).toBeLessThan(0.55);
    expect(tangentKernel(ordered!, SHAPE.depth)).toBeLessThan(1e-10);
    expect(tangentKernel(chaotic!, SHAPE.depth)).toBeGreaterThan(1e3);
  });

  it('learns there', async () => {
    const { loss, tested } = await bestTraining(critical!, SHAPE, unit);
    expect(loss).toBeLessThan(0.9 * CONSTANT);
    // One species in three would be right by chance.
    expect(tested).toBeGreaterThan(0.75);
  });

  it('stays where it is on the ordered side, whatever the rate', async () => {
    const { initialLoss, loss } = await bestTraining(ordered!, SHAPE, unit);
    expect(Math.abs(loss - initialLoss)).toBeLessThan(1e-4);
  });

  it('comes to a constant answer at best on the chaotic side, whatever the rate', async () => {
    const { loss } = await bestTraining(chaotic!, SHAPE, unit);
    expect(loss).toBeGreaterThan(0.99 * CONSTANT);
  });
});
