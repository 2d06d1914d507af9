import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainLabel } from '../../report/label.ts';
import { scaleOf, type Scale } from '../../report/ticks.ts';

const AXIS = { label: [], scale: 'linear' } as const;

/** What the text of a tick claims the quantity to be. */
function claimed(label: string, exponent: number): number {
  const text = label.replace(/−/g, '-').replace(' × ', '*');
  const [mantissa = '', power] = text.includes('10^') ? text.split('10^') : [text];
  const factor = mantissa === '' ? 1 : Number(mantissa.replace('*', ''));
  return power === undefined ? factor * 10 ** exponent : factor * 10 ** Number(power);
}

function expectHonest({ ticks, domain, exponent }: Scale): void {
  for (const { value, label } of ticks) {
    expect(value).toBeGreaterThanOrEqual(domain[0]);
    expect(value).toBeLessThanOrEqual(domain[1]);
    const size = Math.max(Math.abs(domain[0]), Math.abs(domain[1]));
    expect(Math.abs(claimed(plainLabel(label), exponent) - value)).toBeLessThanOrEqual(1e-9 * size);
  }
}

describe('the ticks of an axis', () => {
  const value = fc.oneof(
    fc.double({ min: -1e9, max: 1e9, noNaN: true }),
    fc.double({ min: -1e-6, max: 1e-6, noNaN: true }),
  );

  it('say where they are, on a linear axis', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        fc.pre(Math.abs(a - b) > 1e-6 * Math.max(Math.abs(a), Math.abs(b)) && Math.abs(a - b) > 1e-30);
        const scale = scaleOf(AXIS, [a, b], 5);
        expect(scale.ticks.length).toBeGreaterThanOrEqual(2);
        expect(scale.ticks.length).toBeLessThanOrEqual(7);
        expectHonest(scale);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('say where they are, on a logarithmic axis', () => {
    const exponent = fc.double({ min: -12, max: 12, noNaN: true });
    fc.assert(
      fc.property(exponent, exponent, (a, b) => {
        fc.pre(Math.abs(a - b) > 0.4);
        const scale = scaleOf({ ...AXIS, scale: 'log' }, [10 ** a, 10 ** b, -1, 0], 5);
        expect(scale.ticks.length).toBeGreaterThanOrEqual(1);
        expectHonest(scale);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('of layers are integers', () => {
    for (const layers of [1, 2, 4, 10, 50, 1000]) {
      const { ticks } = scaleOf({ ...AXIS, integers: true }, [1, layers], 6);
      expect(ticks.every((tick) => Number.isInteger(tick.value))).toBe(true);
      expect(ticks.length).toBeGreaterThanOrEqual(1);
    }
  });

  it('exist for one value, for none and for values that are not finite', () => {
    for (const values of [[0], [3], [-2e-9, -2e-9], [], [NaN, Infinity, 2]]) {
      const { domain, ticks } = scaleOf(AXIS, values, 5);
      expect(domain[1]).toBeGreaterThan(domain[0]);
      expect(ticks.length).toBeGreaterThan(0);
    }
  });
});

it('marks nothing but decades between ticks that are decades apart', () => {
  const { ticks, minor } = scaleOf({ label: [], scale: 'log' }, [1, 1e12], 5);
  expect(ticks.map(({ value }) => Math.log10(value))).toEqual(
    [0, 3, 6, 9, 12].map((k) => expect.closeTo(k, 9) as number),
  );
  expect(minor).toHaveLength(13);
});
