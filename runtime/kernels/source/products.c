/*
 * Products of weight matrices with the signals of all samples, in float32. Rows are padded to whole groups of 16.
 *
 * A random matrix is never stored: four rows at a time are drawn into a buffer of the first-level cache, used for
 * every sample, and overwritten.
 */
#include "laws.h"

#define EXPORT(name) __attribute__((export_name(#name)))
#define ROWS 4

INLINE float total(f32x4 v) { return (v[0] + v[2]) + (v[1] + v[3]); }

/* target[k] += row k . x for the rows that there are of four, and for two samples at once. */
INLINE void dot_rows(float *z0, float *z1, const f32x4 *w, int stride, const f32x4 *x0, const f32x4 *x1, int rows) {
  f32x4 sum[2][ROWS] = {{{0}}};
  for (int j = 0; j < stride; j++) {
#pragma clang loop unroll(full)
    for (int r = 0; r < ROWS; r++) {
      const f32x4 row = w[r * stride + j];
      sum[0][r] += row * x0[j];
      sum[1][r] += row * x1[j];
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < ROWS; r++)
    if (r < rows) {
      z0[r] += total(sum[0][r]);
      z1[r] += total(sum[1][r]);
    }
}

INLINE void dot_rows_once(float *z, const f32x4 *w, int stride, const f32x4 *x, int rows) {
  f32x4 sum[ROWS] = {{0}};
  for (int j = 0; j < stride; j++) {
#pragma clang loop unroll(full)
    for (int r = 0; r < ROWS; r++) sum[r] += w[r * stride + j] * x[j];
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < ROWS; r++)
    if (r < rows) z[r] += total(sum[r]);
}

/* z[a, i] += sum_j w[i, j] x[a, j] for four rows w starting at row i of `width`. */
static void apply_rows(float *z, int width, int i, const f32x4 *w, int stride, const f32x4 *x, int samples) {
  const int rows = width - i < ROWS ? width - i : ROWS;
  int a = 0;
  for (; a + 1 < samples; a += 2)
    dot_rows(z + a * width + i, z + (a + 1) * width + i, w, stride, x + a * stride, x + (a + 1) * stride, rows);
  if (a < samples) dot_rows_once(z + a * width + i, w, stride, x + a * stride, rows);
}

/* x[a, j] += sum_i w[i, j] y[a, i] for the same four rows. */
static void apply_transposed(float *x, const float *y, int width, int i, const f32x4 *w, int stride, int samples) {
  const int rows = width - i < ROWS ? width - i : ROWS;
  for (int a = 0; a < samples; a++) {
    f32x4 *target = (f32x4 *)x + a * stride;
    f32x4 factor[ROWS];
#pragma clang loop unroll(full)
    for (int r = 0; r < ROWS; r++) factor[r] = splat(r < rows ? y[a * width + i + r] : 0);
    for (int j = 0; j < stride; j++)
      target[j] += (w[j] * factor[0] + w[stride + j] * factor[1]) +
                   (w[2 * stride + j] * factor[2] + w[3 * stride + j] * factor[3]);
  }
}

static void draw_rows(f32x4 *buffer, int stride, Law law, Stream stream, u32 first) {
  for (int r = 0; r < ROWS; r++) {
    stream.c1 = first + (u32)r;
    draw_row(buffer + r * stride, stride / 4, law, stream);
  }
}

#define LAW_PARAMETERS int kind, float scale, float wide, float narrow, u32 threshold
#define LAW ((Law){kind, scale, wide, narrow, threshold})

/*
 * z[k, a, i] += sum_j W_k[i, j] x[k, a, j] for networks first ... first + count - 1, with x [count, samples, padded] zero beyond
 * the fan-in and z [count, samples, width]; `buffer` holds 4 padded floats.
 */
EXPORT(randomProduct)
void random_product(float *z, const float *x, float *buffer, int count, int samples, int width, int padded,
                    const u32 *keys, u32 stream, u32 first, LAW_PARAMETERS) {
  const int stride = padded / 4;
  for (int k = 0; k < count; k++)
    for (int i = 0; i < width; i += ROWS) {
      draw_rows((f32x4 *)buffer, stride, LAW, (Stream){keys, 0, stream, first + (u32)k}, (u32)i);
      apply_rows(z + k * samples * width, width, i, (const f32x4 *)buffer, stride,
                 (const f32x4 *)x + k * samples * stride, samples);
    }
}

/* x[k, a, j] += sum_i W_k[i, j] y[k, a, i]: the backward form, shapes as above. */
EXPORT(randomTransposedProduct)
void random_transposed_product(float *x, const float *y, float *buffer, int count, int samples, int width, int padded,
                               const u32 *keys, u32 stream, u32 first, LAW_PARAMETERS) {
  const int stride = padded / 4;
  for (int k = 0; k < count; k++)
    for (int i = 0; i < width; i += ROWS) {
      draw_rows((f32x4 *)buffer, stride, LAW, (Stream){keys, 0, stream, first + (u32)k}, (u32)i);
      apply_transposed(x + k * samples * padded, y + k * samples * width, width, i, (const f32x4 *)buffer, stride,
                       samples);
    }
}

/* `rows` rows of one network's matrix, [rows, padded]; what is beyond the fan-in is drawn too. */
EXPORT(drawMatrix)
void draw_matrix(float *target, int rows, int padded, const u32 *keys, u32 stream, u32 network, LAW_PARAMETERS) {
  for (int i = 0; i < rows; i++)
    draw_row((f32x4 *)(target + i * padded), padded / 16, LAW, (Stream){keys, (u32)i, stream, network});
}

/* z[k, a, i] += sum_j w[k, i, j] x[k, a, j] with stored w [count, width rounded up to 4, padded]. */
EXPORT(storedProduct)
void stored_product(float *z, const float *x, const float *w, int count, int samples, int width, int padded) {
  const int stride = padded / 4;
  const int rows = (width + ROWS - 1) / ROWS * ROWS;
  for (int k = 0; k < count; k++)
    for (int i = 0; i < width; i += ROWS)
      apply_rows(z + k * samples * width, width, i, (const f32x4 *)w + (k * rows + i) * stride, stride,
                 (const f32x4 *)x + k * samples * stride, samples);
}

EXPORT(storedTransposedProduct)
void stored_transposed_product(float *x, const float *y, const float *w, int count, int samples, int width, int padded) {
  const int stride = padded / 4;
  const int rows = (width + ROWS - 1) / ROWS * ROWS;
  for (int k = 0; k < count; k++)
    for (int i = 0; i < width; i += ROWS)
      apply_transposed(x + k * samples * padded, y + k * samples * width, width, i,
                       (const f32x4 *)w + (k * rows + i) * stride, stride, samples);
}

/* Words of consecutive counters starting at c0, in order: 16 groups words. For tests. */
EXPORT(philoxWords)
void philox_words(v128_t *target, int groups, const u32 *keys, u32 c0, u32 c1, u32 c2, u32 c3) {
  draw_words(target, groups, (Stream){keys, c1, c2, c3}, c0);
}
