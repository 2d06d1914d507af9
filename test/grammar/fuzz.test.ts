import { expect, it } from 'vitest';
import { format } from '../../grammar/format.ts';
import { parse } from '../../grammar/parse.ts';
import { SAMPLE } from './sample.ts';

/** A small generator of its own, so that a failure can be repeated from its number (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const FRAGMENTS = [
  ...[
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '<',
    '>',
    '>_c',
    '=',
    '~',
    ':',
    ';',
    ',',
    '..',
    '^',
    '-',
    '!=',
    '"',
    '#',
    '\n',
  ],
  ...[
    'σ',
    '∂',
    '\u0000',
    '\ud800',
    '😀',
    '1e5',
    '0.',
    'sum',
    'piecewise',
    'otherwise',
    'where',
    'layer',
    'study',
  ],
  ...['check', 'eft', 'activation', '\\', '__proto__', 'constructor', '\u202e', '\ufeff', '\t', '\r'],
];

function mutate(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const length = Math.floor(random() * 12);
  const other = Math.floor(random() * text.length);
  const choice = random();
  if (choice < 0.3) return text.slice(0, at) + text.slice(at + length);
  if (choice < 0.5) return text.slice(0, at) + text.slice(other, other + length * 4) + text.slice(at);
  if (choice < 0.6) return text.slice(0, at);
  const fragment = FRAGMENTS[Math.floor(random() * FRAGMENTS.length)]!;
  return text.slice(0, at) + fragment + text.slice(at + (random() < 0.5 ? 0 : length));
}

it('any text is read or refused with messages inside it', () => {
  let read = 0;
  for (let seed = 0; seed < 2000; seed++) {
    const random = randomNumbers(seed);
    let text = SAMPLE;
    for (let edits = 1 + Math.floor(random() * 6); edits > 0; edits--) text = mutate(text, random);
    const { value, diagnostics } = parse({ name: `${seed}.eft`, text });
    expect(value === undefined, `seed ${seed}`).toBe(diagnostics.length > 0);
    for (const { span, message } of diagnostics) {
      expect(span.start >= 0 && span.start <= span.end && span.end <= text.length, `seed ${seed}`).toBe(true);
      expect(message, `seed ${seed}`).not.toMatch(/\{\w+\}|undefined|NaN/);
    }
    if (value === undefined) continue;
    read++;
    const once = format({ name: 'once.eft', text }).value!;
    expect(format({ name: 'twice.eft', text: once }).value, `seed ${seed}`).toBe(once);
  }
  expect(read).toBeGreaterThan(20);
});
