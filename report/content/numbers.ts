/** Numbers in formulas. */

/** `1.5`, `2.5 \times 10^{-7}`. */
export function numberTex(value: number, digits = 9): string {
  const [mantissa = '', exponent] = String(Number(value.toPrecision(digits))).split('e');
  if (exponent === undefined) return mantissa;
  return `${mantissa} \\times 10^{${Number(exponent)}}`;
}
