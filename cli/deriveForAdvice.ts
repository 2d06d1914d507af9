import { derive, type Model, type Theory } from '../index.ts';
import { UserError } from '../diagnostics/diagnostic.ts';

/** Order 1 for the fluctuations of the kernel, where it is derived. */
export function deriveForAdvice(model: Model): Theory {
  try {
    return derive(model, { order: 1 });
  } catch (error) {
    if (error instanceof UserError) return derive(model, { order: 0 });
    throw error;
  }
}
