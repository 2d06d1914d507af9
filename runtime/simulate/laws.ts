/**
 * Independent draws of any prior the language knows, all of mean 0 and variance 1, from the same addresses as normals: draw j of the
 * stream `(*, c1, c2, c3)` is made from its word number j. The mask of a sparse law and the choice of a mixture
 * come from a stream of their own, `c2` with bit 15 set (the position of a parameter group is smaller than that).
 */
import { UserError } from '../../diagnostics/diagnostic.ts';
import type { Distribution } from '../../theory/model.ts';
import { rationalToNumber } from '../../theory/rational.ts';
import { fillNormals, fillWords, logarithmOfUniform, type NormalSource } from './normals.ts';

/** Draws `count` numbers times `scale` into `target[offset ...]`, rounded to float32. */
export type Law = (
  target: Float32Array,
  offset: number,
  count: number,
  scale: number,
  source: NormalSource,
  c1: number,
  c2: number,
  c3: number,
) => void;

const CHOICE_STREAM = 1 << 15;

/** Throws UserError for a law that is known by its cumulants alone. */
export function lawOf(distribution: Distribution = { kind: 'normal' }): Law {
  switch (distribution.kind) {
    case 'normal':
      return fillNormals;
    case 'uniform':
      return perWord((word) => Math.sqrt(12) * (((word >>> 0) + 0.5) / 2 ** 32 - 0.5));
    case 'rademacher':
      return perWord((word) => (word < 0 ? -1 : 1));
    case 'laplace':
      return perWord(laplace);
    case 'sparse': {
      const p = rationalToNumber(distribution.probability);
      return scaledNormals(p, 1 / Math.sqrt(p), 0);
    }
    case 'mixture': {
      const [p, ratio] = [rationalToNumber(distribution.probability), rationalToNumber(distribution.ratio)];
      const narrow = 1 / Math.sqrt(1 - p + p * ratio ** 2);
      return scaledNormals(p, ratio * narrow, narrow);
    }
    case 'cumulants':
      throw new UserError('a prior given by its cumulants alone cannot be sampled: name a distribution');
  }
}

/** Whether a layer of such parameters is Gaussian given the layer below. */
export function isNormal(distribution: Distribution | undefined): boolean {
  return distribution === undefined || distribution.kind === 'normal';
}

/** The highest bit is the sign; the others place the magnitude, -ln u / sqrt 2. */
function laplace(word: number): number {
  const magnitude = -logarithmOfUniform(word << 1) / Math.SQRT2;
  return word < 0 ? -magnitude : magnitude;
}

function perWord(transform: (word: number) => number): Law {
  return (target, offset, count, scale, source, c1, c2, c3) =>
    fillWords(count, source, c1, c2, c3, (words, wanted, done) => {
      for (let k = 0; k < wanted; k++) target[offset + done + k] = scale * transform(words[k]!);
    });
}

/** Normals, each `wide` times the unit with probability `p` and `narrow` times it otherwise. */
function scaledNormals(p: number, wide: number, narrow: number): Law {
  const threshold = p * 2 ** 32;
  return (target, offset, count, scale, source, c1, c2, c3) => {
    fillNormals(target, offset, count, scale, source, c1, c2, c3);
    fillWords(count, source, c1, c2 | CHOICE_STREAM, c3, (words, wanted, done) => {
      for (let k = 0; k < wanted; k++)
        target[offset + done + k]! *= words[k]! >>> 0 < threshold ? wide : narrow;
    });
  };
}
