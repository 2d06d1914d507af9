import { UserError } from '../diagnostics/diagnostic.ts';
import { suggest } from '../diagnostics/suggest.ts';

/** The item of that name, or a UserError that offers the nearest name there is. */
export function named<T extends { readonly name: string }>(
  what: string,
  name: string,
  items: readonly T[],
): T {
  const found = items.find((item) => item.name === name);
  if (found) return found;
  throw new UserError(`the model has no ${what} \`${name}\`${offer(name, items)}`);
}

function offer(name: string, items: readonly { readonly name: string }[]): string {
  const names = items.map((item) => item.name);
  const suggestion = suggest(name, names);
  if (suggestion !== undefined) return `; ${suggestion}`;
  return names.length === 0 ? '; it has none' : `; it has ${names.map((each) => `\`${each}\``).join(', ')}`;
}
