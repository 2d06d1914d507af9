/** Numbers for readers: whole ones as they are, others to so many digits, without trailing zeros. */
export function formatValue(value: number, digits = 10): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '-' : value > 0 ? 'inf' : '-inf';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const small = Math.abs(value) < 1e-4;
  const text = small ? value.toExponential(digits - 1) : value.toPrecision(digits);
  const [mantissa = '', exponent] = text.split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return exponent === undefined ? short : `${short}e${exponent.replace('+', '')}`;
}

/** `K_u* = 1, K_v* = 2` */
export function kernelsText(kernels: Readonly<Record<string, number>>): string {
  return Object.entries(kernels)
    .map(([name, value]) => `K_${name}* = ${formatValue(value, 12)}`)
    .join(', ');
}
