/** One result as an object, several as an array, as the schemas in docs/schemas say. */
export function printJson(results: readonly unknown[]): string {
  return `${JSON.stringify(results.length === 1 ? results[0] : results, null, 2)}\n`;
}
