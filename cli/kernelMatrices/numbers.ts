/** Numbers as .npy files hold them, apart from what reads files: threads load little. */

/** Bytes of a number: float32 or float64. */
export type NumberSize = 4 | 8;

/** Numbers as they lie in the file; float64 is not copied. */
export function npyNumbers(values: Float64Array, size: NumberSize): Uint8Array {
  const numbers = size === 8 ? values : Float32Array.from(values);
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
