/** A process of the fuzzer: runs its share of the files and says how each went. */
import { fuzzCorpus } from './fuzzCorpus.ts';
import { randomFile } from './fuzzMutations.ts';
import { fuzzOne, type Finding } from './fuzzOne.ts';
import { createRandom } from './random.ts';

export type Message =
  | { readonly kind: 'start'; readonly index: number }
  | ({ readonly kind: 'end'; readonly index: number; readonly cpuMs: number } & Finding);

const [from = 0, to = 0, seed = 1] = process.argv.slice(2).map(Number);
const corpus = fuzzCorpus();

for (let index = from; index < to; index++) {
  await send({ kind: 'start', index });
  const text = randomFile(corpus, createRandom(seed * 1_000_003 + index));
  const before = process.cpuUsage();
  const finding = fuzzOne(text);
  const { user, system } = process.cpuUsage(before);
  await send({ kind: 'end', index, cpuMs: (user + system) / 1000, ...finding });
}
process.disconnect();

/** Waits until the message has left, so that the parent knows which file a process died on. */
function send(message: Message): Promise<void> {
  return new Promise((resolve) => process.send?.(message, undefined, {}, () => resolve()));
}
