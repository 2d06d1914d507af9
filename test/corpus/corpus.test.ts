import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { goldenPath, orphansOf, outputOf, programsOf, type Side } from './corpus.ts';

const SIZES: Record<Side, number> = { good: 25, bad: 80, refused: 9 };

describe.each(['good', 'bad', 'refused'] as const)('%s programs', (side) => {
  it('are many, and every golden file has its program', () => {
    expect(programsOf(side).length).toBeGreaterThanOrEqual(SIZES[side]);
    expect(orphansOf(side)).toEqual([]);
  });

  it.each(programsOf(side))('%s', async (name) => {
    const output = outputOf(side, name);
    if (side === 'bad') expect(output).toMatch(/: error EFT\d{3}: /);
    else if (side === 'refused') expect(output).toMatch(/: error EFT6\d{2}: /);
    else expect(output).not.toMatch(/: error EFT\d{3}: /);
    if (process.env.CI) expect(existsSync(goldenPath(side, name))).toBe(true);
    await expect(output).toMatchFileSnapshot(goldenPath(side, name));
  });
});
