/** An array that worker threads read without a copy, where the host has such memory. */
export function shared(length: number): Float64Array {
  return typeof SharedArrayBuffer === 'undefined'
    ? new Float64Array(length)
    : new Float64Array(new SharedArrayBuffer(8 * length));
}
