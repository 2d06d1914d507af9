/** The laws of runtime/simulate/laws.ts in the form the kernels take (source/laws.h). */
import { UserError } from '../../diagnostics/diagnostic.ts';
import type { Distribution } from '../../theory/model.ts';
import { rationalToNumber } from '../../theory/rational.ts';
import type { LawArguments } from './kernels.ts';

const [NORMAL, UNIFORM, RADEMACHER, LAPLACE, SCALED_NORMALS] = [0, 1, 2, 3, 4] as const;

/** A law of variance 1 times `scale`. Throws UserError for a law that is known by its cumulants alone. */
export function lawArguments(distribution: Distribution, scale: number): LawArguments {
  switch (distribution.kind) {
    case 'normal':
      return plain(NORMAL, scale);
    case 'uniform':
      return plain(UNIFORM, scale);
    case 'rademacher':
      return plain(RADEMACHER, scale);
    case 'laplace':
      return plain(LAPLACE, scale);
    case 'sparse': {
      const p = rationalToNumber(distribution.probability);
      return scaledNormals(scale, p, 1 / Math.sqrt(p), 0);
    }
    case 'mixture': {
      const [p, ratio] = [rationalToNumber(distribution.probability), rationalToNumber(distribution.ratio)];
      const narrow = 1 / Math.sqrt(1 - p + p * ratio ** 2);
      return scaledNormals(scale, p, ratio * narrow, narrow);
    }
    case 'cumulants':
      throw new UserError('a prior given by its cumulants alone cannot be sampled: name a distribution');
  }
}

function plain(kind: number, scale: number): LawArguments {
  return [kind, scale, 0, 0, 0];
}

/** A word below p 2^32 chooses the wide normal; with p = 1 there is no choice. */
function scaledNormals(scale: number, p: number, wide: number, narrow: number): LawArguments {
  const threshold = Math.ceil(p * 2 ** 32);
  return threshold >= 2 ** 32
    ? plain(NORMAL, scale * wide)
    : [SCALED_NORMALS, scale, wide, narrow, threshold | 0];
}
