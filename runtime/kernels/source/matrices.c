/*
 * Products of the matrices that gradients of all neurons of a layer form, in float32. Rows are padded to whole groups of 16; what stands
 * in the padding never reaches a number outside of it.
 */
#include "philox.h"

#define EXPORT(name) __attribute__((export_name(#name)))
#define TILE_ROWS 4
#define TILE 8

/*
 * out[j, r] += factor scale[j] sum_i a[i, j] b[i, r] for j < rows, r < columns and i < inner, with rows of a, b and out that are so many
 * numbers apart; `scale` may be null. `upper`: out is symmetric, and only tiles that meet r >= j are computed.
 */
EXPORT(transposedProduct)
void transposed_product(float *out, const float *a, const float *b, const float *scale, float factor, int inner, int rows,
                        int columns, int a_stride, int b_stride, int out_stride, int upper) {
  for (int r = 0; r < columns; r += TILE)
    for (int j = 0; j < rows && (!upper || j < r + TILE); j += TILE_ROWS) {
      f32x4 sum[TILE_ROWS][2] = {{{0}}};
      const float *left = a + j, *right = b + r;
      for (int i = 0; i < inner; i++, left += a_stride, right += b_stride) {
        const f32x4 first = (f32x4)wasm_v128_load(right), second = (f32x4)wasm_v128_load(right + 4);
#pragma clang loop unroll(full)
        for (int k = 0; k < TILE_ROWS; k++) {
          const f32x4 one = (f32x4)wasm_v128_load32_splat(left + k);
          sum[k][0] += one * first;
          sum[k][1] += one * second;
        }
      }
#pragma clang loop unroll(full)
      for (int k = 0; k < TILE_ROWS; k++) {
        const f32x4 by = splat(scale ? factor * scale[j + k] : factor);
        f32x4 *to = (f32x4 *)(out + (j + k) * out_stride + r);
        to[0] += by * sum[k][0];
        to[1] += by * sum[k][1];
      }
    }
}

/* The tiles below the diagonal from those above, for `rows` rows. */
EXPORT(mirror)
void mirror(float *out, int rows, int stride) {
  for (int r = 0; r < rows; r += 4)
    for (int j = r; j < rows; j += 4) {
      f32x4 *to = (f32x4 *)(out + j * stride + r);
      const f32x4 *from = (const f32x4 *)(out + r * stride + j);
      const int row = stride / 4;
      const Words t = transpose((Words){(v128_t)from[0], (v128_t)from[row], (v128_t)from[2 * row], (v128_t)from[3 * row]});
      to[0] = (f32x4)t.w0;
      to[row] = (f32x4)t.w1;
      to[2 * row] = (f32x4)t.w2;
      to[3 * row] = (f32x4)t.w3;
    }
}

/* out[j, i] += scale[j] w[i, j], i < rows and j < columns. */
EXPORT(addTransposed)
void add_transposed(float *out, const float *w, const float *scale, int rows, int columns, int w_stride, int out_stride) {
  for (int i = 0; i < rows; i += 4)
    for (int j = 0; j < columns; j += 4) {
      const f32x4 *from = (const f32x4 *)(w + i * w_stride + j);
      const int row = w_stride / 4;
      const Words t = transpose((Words){(v128_t)from[0], (v128_t)from[row], (v128_t)from[2 * row], (v128_t)from[3 * row]});
      const v128_t lines[4] = {t.w0, t.w1, t.w2, t.w3};
      for (int k = 0; k < 4; k++) {
        f32x4 *to = (f32x4 *)(out + (j + k) * out_stride + i);
        *to += splat(scale[j + k]) * (f32x4)lines[k];
      }
    }
}

/* out[k] += factor sum_j x[j, k] y[j, k], j < rows and k < columns. */
EXPORT(addColumnProducts)
void add_column_products(float *out, const float *x, const float *y, float factor, int rows, int columns, int stride) {
  for (int k = 0; k < columns; k += 4) {
    f32x4 sum = {0};
    for (int j = 0; j < rows; j++) sum += (f32x4)wasm_v128_load(x + j * stride + k) * (f32x4)wasm_v128_load(y + j * stride + k);
    *(f32x4 *)(out + k) += splat(factor) * sum;
  }
}

/* sum_km rows[k] columns[m] x[k, m] y[k, m], k < count and m < padded, where the columns are zero beyond the count. */
EXPORT(weighedProduct)
double weighed_product(const float *x, const float *y, const float *rows, const float *columns, int count, int padded) {
  double total = 0;
  for (int k = 0; k < count; k++) {
    f32x4 sum = {0};
    for (int m = 0; m < padded; m += 4)
      sum += (f32x4)wasm_v128_load(columns + m) * ((f32x4)wasm_v128_load(x + k * padded + m) * (f32x4)wasm_v128_load(y + k * padded + m));
    total += rows[k] * ((double)sum[0] + sum[1] + sum[2] + sum[3]);
  }
  return total;
}
