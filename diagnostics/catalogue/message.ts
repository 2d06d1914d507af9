import type { Severity } from '../diagnostic.ts';

/** One entry of the catalogue; `{name}` in the text is a placeholder, filled when the message is raised. */
export interface MessageDefinition {
  readonly severity: Severity;
  readonly text: string;
}

/** The entries of one range of codes. */
export type MessageTable = Readonly<Record<`EFT${number}`, MessageDefinition>>;

/** The names between braces in a message text, as a union of string literals. */
export type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** The values a message text needs. */
export type MessageParameters<Text extends string> = Readonly<Record<Placeholders<Text>, string | number>>;

/** Replaces every `{name}` by its value; a placeholder without a value stays visible. */
export function fillMessage(text: string, parameters: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    return value === undefined ? whole : String(value);
  });
}
