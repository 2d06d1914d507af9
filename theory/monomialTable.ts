/** Exponents stay below this, far above any polynomial that could be stored. */
const LARGEST_EXPONENT = 2 ** 30;

/**
 * The monomials of one ring, each stored once under a small number, so that polynomials are lists of integers and
 * equality of monomials is `===`. Monomial 0 is 1. Variables are numbered from 0 in the order they are first used.
 *
 * A monomial is a run of (variable, exponent) pairs sorted by variable in one shared array. Its hash is the sum of
 * exponent times a fixed random word per variable, so the hash of a product is known before the product is formed,
 * and a product that exists already is found without allocating.
 */
export class MonomialTable {
  /** Variable and exponent alternate. */
  private factors = new Int32Array(256);
  private starts = new Int32Array(64);
  private hashes = new Int32Array(64);
  /** Open addressing: monomial + 1, or 0. At most half full. */
  private buckets = new Int32Array(256);
  private count = 1;
  private words: number[] = [];

  constructor() {
    this.buckets[this.firstBucket(0)] = 1;
  }

  get size(): number {
    return this.count;
  }

  /** `variable^exponent` for an exponent of at least 1. */
  variable(variable: number, exponent: number): number {
    const hash = Math.imul(this.word(variable), exponent);
    for (let bucket = this.firstBucket(hash); ; bucket = (bucket + 1) & (this.buckets.length - 1)) {
      const found = this.buckets[bucket]! - 1;
      if (found < 0)
        return this.insert(hash, bucket, this.appendFactor(this.starts[this.count]!, variable, exponent));
      if (this.hashes[found] === hash && this.isVariable(found, variable, exponent)) return found;
    }
  }

  product(a: number, b: number): number {
    if (a === 0) return b;
    if (b === 0) return a;
    const hash = (this.hashes[a]! + this.hashes[b]!) | 0;
    const mask = this.buckets.length - 1;
    for (let bucket = this.firstBucket(hash); ; bucket = (bucket + 1) & mask) {
      const found = this.buckets[bucket]! - 1;
      if (found < 0) return this.insert(hash, bucket, this.appendProduct(a, b));
      if (this.hashes[found] === hash && this.isProduct(found, a, b)) return found;
    }
  }

  power(monomial: number, exponent: number): number {
    let result = 0;
    this.forEachFactor(monomial, (variable, once) => {
      if (exponent > 0) result = this.product(result, this.variable(variable, once * exponent));
    });
    return result;
  }

  forEachFactor(monomial: number, visit: (variable: number, exponent: number) => void): void {
    for (let k = this.starts[monomial]!; k < this.end(monomial); k += 2) {
      visit(this.factors[k]!, this.factors[k + 1]!);
    }
  }

  private end(monomial: number): number {
    return this.starts[monomial + 1]!;
  }

  private isVariable(monomial: number, variable: number, exponent: number): boolean {
    const start = this.starts[monomial]!;
    if (this.end(monomial) !== start + 2) return false;
    return this.factors[start] === variable && this.factors[start + 1] === exponent;
  }

  /** Walks the three sorted runs side by side. */
  private isProduct(candidate: number, a: number, b: number): boolean {
    const { factors, starts } = this;
    let i = starts[a]!;
    let j = starts[b]!;
    const endA = starts[a + 1]!;
    const endB = starts[b + 1]!;
    const end = starts[candidate + 1]!;
    for (let k = starts[candidate]!; k < end; k += 2) {
      const variable = factors[k]!;
      let exponent = 0;
      if (i < endA && factors[i] === variable) {
        exponent += factors[i + 1]!;
        i += 2;
      }
      if (j < endB && factors[j] === variable) {
        exponent += factors[j + 1]!;
        j += 2;
      }
      if (exponent !== factors[k + 1]) return false;
    }
    return i === endA && j === endB;
  }

  /** Writes the factors of a product behind the last monomial; returns where they end. */
  private appendProduct(a: number, b: number): number {
    const { starts } = this;
    let i = starts[a]!;
    let j = starts[b]!;
    const endA = starts[a + 1]!;
    const endB = starts[b + 1]!;
    let end = starts[this.count]!;
    this.reserve(end + (endA - i) + (endB - j));
    const { factors } = this;
    while (i < endA && j < endB) {
      const left = factors[i]!;
      const right = factors[j]!;
      let exponent = 0;
      if (left <= right) {
        exponent = factors[i + 1]!;
        i += 2;
      }
      if (right <= left) {
        exponent += factors[j + 1]!;
        j += 2;
      }
      if (exponent > LARGEST_EXPONENT) refuseExponent(exponent);
      factors[end++] = left < right ? left : right;
      factors[end++] = exponent;
    }
    while (i < endA) factors[end++] = factors[i++]!;
    while (j < endB) factors[end++] = factors[j++]!;
    return end;
  }

  private appendFactor(end: number, variable: number, exponent: number): number {
    if (exponent > LARGEST_EXPONENT) refuseExponent(exponent);
    this.reserve(end + 2);
    this.factors[end] = variable;
    this.factors[end + 1] = exponent;
    return end + 2;
  }

  private reserve(length: number): void {
    while (length > this.factors.length) this.factors = grown(this.factors);
  }

  /** Makes a monomial of the factors up to `end`. */
  private insert(hash: number, bucket: number, end: number): number {
    const monomial = this.count++;
    if (monomial + 2 > this.starts.length) {
      this.starts = grown(this.starts);
      this.hashes = grown(this.hashes);
    }
    this.starts[monomial + 1] = end;
    this.hashes[monomial] = hash;
    this.buckets[bucket] = monomial + 1;
    if (2 * this.count > this.buckets.length) this.rehash();
    return monomial;
  }

  private rehash(): void {
    this.buckets = new Int32Array(4 * this.buckets.length);
    const mask = this.buckets.length - 1;
    for (let monomial = 0; monomial < this.count; monomial++) {
      let bucket = this.firstBucket(this.hashes[monomial]!);
      while (this.buckets[bucket] !== 0) bucket = (bucket + 1) & mask;
      this.buckets[bucket] = monomial + 1;
    }
  }

  private firstBucket(hash: number): number {
    const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    return (mixed ^ (mixed >>> 13)) & (this.buckets.length - 1);
  }

  /** The word of each variable: a fixed pseudorandom sequence (splitmix32), odd so that powers differ. */
  private word(variable: number): number {
    while (this.words.length <= variable) {
      let mixed = Math.imul(this.words.length + 1, 0x9e3779b9);
      mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      this.words.push((mixed ^ (mixed >>> 15)) | 1);
    }
    return this.words[variable]!;
  }
}

function refuseExponent(exponent: number): never {
  throw new RangeError(`exponent too large: ${exponent}`);
}

/** Fourfold, since what is copied and cleared while a table grows is a good part of filling it. */
function grown(old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(4 * old.length);
  larger.set(old);
  return larger;
}
