import { expect, it } from 'vitest';
import { fuzzCorpus } from '../../bench/fuzzCorpus.ts';
import { randomFile } from '../../bench/fuzzMutations.ts';
import { fuzzOne, type Stage } from '../../bench/fuzzOne.ts';
import { createRandom } from '../../bench/random.ts';

const FILES = 400;

// `npm run fuzz` does the same with 100,000 files, with limits on time and memory (docs/testing.md).
it('random and mutated files are refused properly or go all the way', () => {
  const corpus = fuzzCorpus();
  const stages: Record<Stage, number> = { refused: 0, compiled: 0, derived: 0, flowed: 0 };
  for (let seed = 1; seed <= FILES; seed++) {
    const text = randomFile(corpus, createRandom(seed));
    const { stage, failure } = fuzzOne(text);
    expect(failure, `file of seed ${seed}:\n${text}`).toBeUndefined();
    stages[stage]++;
  }
  // The test is worth something only when both sides of the compiler are reached.
  expect(stages.refused).toBeGreaterThan(FILES / 10);
  expect(stages.derived + stages.flowed).toBeGreaterThan(FILES / 20);
}, 180_000);
