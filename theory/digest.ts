/** Keys up to this length are kept as they are; longer ones become a digest, so shared subexpressions cannot blow up. */
const LONGEST_KEY = 120;

const MULTIPLIERS = [0x01000193, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f] as const;

/**
 * The text itself when short, otherwise `#` and 128 bits of it in hexadecimal. Two different long texts agree with
 * a chance of about 1e-38 a pair, far below that of a memory error.
 */
export function boundedKey(text: string): string {
  return text.length <= LONGEST_KEY ? text : `#${digest(text)}`;
}

/** Four multiply-xor lanes, each fed by its neighbour, then mixed so that every bit depends on every character. */
function digest(text: string): string {
  const lanes = new Int32Array([0x6a09e667, 0x3c6ef372, 0x510e527f, text.length]);
  for (let i = 0; i < text.length; i++) absorb(lanes, text.charCodeAt(i));
  for (let round = 0; round < 8; round++) absorb(lanes, round);
  return [...lanes].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}

function absorb(lanes: Int32Array, word: number): void {
  for (let k = 0; k < 4; k++) {
    const neighbour = lanes[(k + 3) & 3]!;
    const mixed = Math.imul(lanes[k]! ^ word ^ ((neighbour << 13) | (neighbour >>> 19)), MULTIPLIERS[k]!);
    lanes[k] = mixed ^ (mixed >>> 15);
  }
}
