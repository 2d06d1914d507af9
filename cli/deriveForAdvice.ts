import { derive, endsOnFunctions, type Model, type Theory } from '../index.ts';
import { UserError } from '../diagnostics/diagnostic.ts';

/** Order 1 for the fluctuations of the kernel, where it is derived and solved at large depth. */
export function deriveForAdvice(model: Model): Theory {
  try {
    const theory = derive(model, { order: 1 });
    return endsOnFunctions(theory) ? derive(model, { order: 0 }) : theory;
  } catch (error) {
    if (error instanceof UserError) return derive(model, { order: 0 });
    throw error;
  }
}
