/*
 * Layers of Gaussian networks without their weights: given the layer below, pre-activations of distinct neurons are independent
 * N(0, g), so one normal for each neuron and sample is all there is to draw (runtime/simulate/conditionalSampler.ts).
 */
#include "philox.h"

#define EXPORT(name) __attribute__((export_name(#name)))
/* A pivot below this fraction of its variance is a sample that those before determine. */
#define SINGULAR 1e-13

INLINE f64x2 low(f32x4 x) { return (f64x2)wasm_f64x2_promote_low_f32x4((v128_t)x); }
INLINE f64x2 high(f32x4 x) {
  return (f64x2)wasm_f64x2_promote_low_f32x4(wasm_i32x4_shuffle((v128_t)x, (v128_t)x, 2, 3, 2, 3));
}
/* The first `kept` lanes, zero beyond. */
INLINE f32x4 first_lanes(f32x4 x, int kept) {
  const v128_t mask = wasm_i32x4_lt(wasm_i32x4_const(0, 1, 2, 3), wasm_i32x4_splat(kept));
  return (f32x4)wasm_v128_and((v128_t)x, mask);
}

/* Lower triangle of R with R R^T = g, row by row in `r` [M, M]; g holds the upper triangle row by row. */
static void factorise(double *r, const double *g, int samples) {
  for (int a = 0; a < samples; a++) {
    const double variance = g[a * samples - a * (a - 1) / 2];
    for (int b = 0; b <= a; b++) {
      double rest = g[b * samples - b * (b - 1) / 2 + (a - b)];
      for (int k = 0; k < b; k++) rest -= r[a * samples + k] * r[b * samples + k];
      if (b < a) r[a * samples + b] = r[b * samples + b] > 0 ? rest / r[b * samples + b] : 0;
      else r[a * samples + a] = rest > SINGULAR * variance ? __builtin_sqrt(rest) : 0;
    }
  }
}

/*
 * z [count, M, padded] of networks first ... first + count - 1 from their kernels g [count, M (M + 1) / 2]: direction b of
 * neuron j is normal number j of the stream (*, b, stream, network). `normals` [M, padded] and `r` [M, M] are scratch.
 */
EXPORT(conditionalLayer)
void conditional_layer(float *z, const double *g, float *normals, double *r, int count, int samples, int padded,
                       const u32 *keys, u32 stream, u32 first) {
  const int stride = padded / 4, pairs = samples * (samples + 1) / 2;
  for (int k = 0; k < count; k++) {
    factorise(r, g + k * pairs, samples);
    f32x4 *xi = (f32x4 *)normals;
    for (int b = 0; b < samples; b++)
      if (r[b * samples + b] > 0)
        draw_normals(xi + b * stride, stride / 4, splat(1), (Stream){keys, (u32)b, stream, first + (u32)k});
    for (int a = 0; a < samples; a++) {
      f32x4 *row = (f32x4 *)z + (k * samples + a) * stride;
      for (int j = 0; j < stride; j++) row[j] = splat(0);
      for (int b = 0; b <= a; b++) {
        const f32x4 factor = splat((float)r[a * samples + b]);
        if (factor[0] != 0)
          for (int j = 0; j < stride; j++) row[j] += factor * xi[b * stride + j];
      }
    }
  }
}

/* g [count, M (M + 1) / 2] += factor sum_j f[k, a, j] f[k, b, j] over the first `width` of `padded` entries, in float64. */
EXPORT(addGram)
void add_gram(double *g, const float *f, int count, int samples, int width, int padded, double factor) {
  const int whole = width / 4, rest = width % 4;
  for (int k = 0; k < count; k++)
    for (int a = 0; a < samples; a++)
      for (int b = a; b < samples; b++) {
        const f32x4 *x = (const f32x4 *)(f + (k * samples + a) * padded);
        const f32x4 *y = (const f32x4 *)(f + (k * samples + b) * padded);
        f64x2 s = {0, 0}, t = {0, 0};
        for (int j = 0; j < whole; j++) {
          s += low(x[j]) * low(y[j]);
          t += high(x[j]) * high(y[j]);
        }
        if (rest) {
          const f32x4 last = first_lanes(x[whole], rest), other = first_lanes(y[whole], rest);
          s += low(last) * low(other);
          t += high(last) * high(other);
        }
        s += t;
        *g++ += factor * (s[0] + s[1]);
      }
}

#define DEGREES 6
#define OFF_DIAGONAL 14

/* Averages over neurons of :x^p:, p = 1 ... 6, by :x^(p+1): = x :x^p: - p <xx> :x^(p-1): */
static void wick_powers(double *target, const float *x, int width, double xx) {
  f64x2 sum[DEGREES] = {{0}};
  for (int j = 0; j < width; j += 2) {
    const f64x2 value = {x[j], j + 1 < width ? x[j + 1] : 0};
    const f64x2 one = {1, j + 1 < width};
    f64x2 below = one, here = value;
    sum[0] += here;
#pragma clang loop unroll(full)
    for (int p = 1; p < DEGREES; p++) {
      const f64x2 next = value * here - (p * xx) * below;
      below = here;
      here = next;
      sum[p] += here;
    }
  }
  for (int p = 0; p < DEGREES; p++) target[p] = (sum[p][0] + sum[p][1]) / width;
}

/* Averages of :x^p y^q: for p + q = 1 ... 4, by degree and then by q, contracting a new leg with each one there. */
static void wick_products(double *target, const float *x, const float *y, int width, double xx, double xy, double yy) {
  f64x2 sum[OFF_DIAGONAL] = {{0}};
  for (int j = 0; j < width; j += 2) {
    const int pair = j + 1 < width;
    const f64x2 u = {x[j], pair ? x[j + 1] : 0}, v = {y[j], pair ? y[j + 1] : 0};
    f64x2 table[5][5];
    table[0][0] = (f64x2){1, pair};
    table[0][1] = v;
#pragma clang loop unroll(full)
    for (int q = 1; q < 4; q++) table[0][q + 1] = v * table[0][q] - (q * yy) * table[0][q - 1];
#pragma clang loop unroll(full)
    for (int p = 0; p < 4; p++)
#pragma clang loop unroll(full)
      for (int q = 0; q < 4 - p; q++) {
        f64x2 value = u * table[p][q];
        if (p > 0) value -= (p * xx) * table[p - 1][q];
        if (q > 0) value -= (q * xy) * table[p][q - 1];
        table[p + 1][q] = value;
      }
#pragma clang loop unroll(full)
    for (int degree = 1; degree <= 4; degree++)
#pragma clang loop unroll(full)
      for (int q = 0; q <= degree; q++) sum[degree * (degree + 1) / 2 - 1 + q] += table[degree - q][q];
  }
  for (int s = 0; s < OFF_DIAGONAL; s++) target[s] = (sum[s][0] + sum[s][1]) / width;
}

/* For each network and pair of samples the averages above, [count, M (M + 1) / 2, 14]; a diagonal entry uses the first 6. */
EXPORT(wickAverages)
void wick_averages(double *target, const double *g, const float *z, int count, int samples, int width, int padded) {
  const int pairs = samples * (samples + 1) / 2;
  for (int k = 0; k < count; k++) {
    const double *kernel = g + k * pairs;
    int entry = 0;
    for (int a = 0; a < samples; a++)
      for (int b = a; b < samples; b++, entry++, target += OFF_DIAGONAL) {
        const float *x = z + (k * samples + a) * padded, *y = z + (k * samples + b) * padded;
        const double xx = kernel[a * samples - a * (a - 1) / 2], yy = kernel[b * samples - b * (b - 1) / 2];
        if (a == b) wick_powers(target, x, width, xx);
        else wick_products(target, x, y, width, xx, kernel[entry], yy);
      }
  }
}
