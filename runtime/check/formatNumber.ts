/** Numbers as tables of measurements print them. */

/** `0.01234(56)`: the error in units of the last digits shown, two of them. A zero or unknown error prints the value alone. */
export function withError(value: number | null, error: number | null): string {
  if (value === null) return '-';
  if (error === null || !(error > 0)) return significant(value);
  const place = Math.floor(Math.log10(error));
  const exponent = Math.floor(Math.log10(Math.max(Math.abs(value), error)));
  if (exponent < -4 || exponent > 6) return scientific(value, error, exponent);
  const digits = Math.max(0, 1 - place);
  return `${value.toFixed(digits)}(${errorDigits(error, digits)})`;
}

/** Four significant digits, without an exponent where a reader needs none. */
export function significant(value: number | null): string {
  if (value === null) return '-';
  if (value === 0) return '0';
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  return exponent < -4 || exponent > 6
    ? value.toExponential(3)
    : value.toFixed(Math.max(0, 4 - exponent - 1));
}

/** `5.2 %`, `0.4 %`; beyond 100 % a factor says no more. */
export function percent(value: number | null): string {
  if (value === null) return '-';
  if (value > 10) return '> 1000 %';
  return `${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`;
}

function scientific(value: number, error: number, exponent: number): string {
  const unit = 10 ** exponent;
  const digits = Math.max(0, 1 - Math.floor(Math.log10(error / unit)));
  return `${(value / unit).toFixed(digits)}(${errorDigits(error / unit, digits)})e${exponent}`;
}

/** The error in units of the last printed digit; an error above 1 keeps its own point. */
function errorDigits(error: number, digits: number): string {
  return error >= 1 && digits > 0 ? error.toFixed(digits) : String(Math.round(error * 10 ** digits));
}
