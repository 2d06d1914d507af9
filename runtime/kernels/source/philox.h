/*
 * Philox4x32-10 and the Box-Muller transform, four counters at a time in 128-bit lanes.
 *
 * The integers are those of runtime/simulate/philox.ts, the normals those of runtime/simulate/normals.ts to float32 rounding.
 */
#pragma once
#include <wasm_simd128.h>

typedef unsigned int u32;
typedef float f32x4 __attribute__((vector_size(16)));
typedef double f64x2 __attribute__((vector_size(16)));
typedef int i32x4 __attribute__((vector_size(16)));
typedef u32 u32x4 __attribute__((vector_size(16)));

#define ROUNDS 10
#define INLINE static inline __attribute__((always_inline))
/* A function of a header that not every file calls. */
#define SHARED static __attribute__((noinline, unused))

/* A row of random numbers: the round keys of the seed and the words 1 ... 3 of the counter, of which word 0 counts. */
typedef struct {
  const u32 *keys; /* [2 ROUNDS] low and high of each round */
  u32 c1, c2, c3;
} Stream;

typedef struct {
  v128_t w0, w1, w2, w3;
} Words;

INLINE Words first_words(Stream s, u32 c0) {
  return (Words){wasm_i32x4_add(wasm_i32x4_splat((int)c0), wasm_i32x4_const(0, 1, 2, 3)), wasm_i32x4_splat((int)s.c1),
                 wasm_i32x4_splat((int)s.c2), wasm_i32x4_splat((int)s.c3)};
}

INLINE Words philox_round(Words x, v128_t m0, v128_t m1, v128_t key0, v128_t key1) {
  const v128_t p0 = wasm_u64x2_extmul_low_u32x4(x.w0, m0);
  const v128_t p1 = wasm_u64x2_extmul_high_u32x4(x.w0, m0);
  const v128_t q0 = wasm_u64x2_extmul_low_u32x4(x.w2, m1);
  const v128_t q1 = wasm_u64x2_extmul_high_u32x4(x.w2, m1);
  const v128_t high0 = wasm_i32x4_shuffle(p0, p1, 1, 3, 5, 7);
  const v128_t high2 = wasm_i32x4_shuffle(q0, q1, 1, 3, 5, 7);
  return (Words){wasm_v128_xor(wasm_v128_xor(high2, x.w1), key0), wasm_i32x4_shuffle(q0, q1, 0, 2, 4, 6),
                 wasm_v128_xor(wasm_v128_xor(high0, x.w3), key1), wasm_i32x4_shuffle(p0, p1, 0, 2, 4, 6)};
}

/*
 * Words 0 ... 3 of the counters c0 ... c0 + 3, one counter a lane, and of the next four where `sets` is 2. The operations of a round
 * wait for each other; those of a second set fill the time.
 */
INLINE void philox(Stream s, u32 c0, int sets, Words out[2]) {
  v128_t m0 = wasm_i32x4_splat((int)0xd2511f53u);
  v128_t m1 = wasm_i32x4_splat((int)0xcd9e8d57u);
  Words x = first_words(s, c0), y = first_words(s, c0 + 4);
#pragma clang loop unroll(disable)
  for (int round = 0; round < ROUNDS; round++) {
    /* Unless these look new in every round, the compiler widens them once outside and then multiplies 64 bits by 64, which is slower. */
    __asm__ volatile("" : "+r"(m0), "+r"(m1));
    const v128_t key0 = wasm_v128_load32_splat(s.keys + 2 * round);
    const v128_t key1 = wasm_v128_load32_splat(s.keys + 2 * round + 1);
    x = philox_round(x, m0, m1, key0, key1);
    if (sets == 2) y = philox_round(y, m0, m1, key0, key1);
  }
  out[0] = x;
  if (sets == 2) out[1] = y;
}

/* From one counter a lane to one word number a vector: lanes become consecutive words. */
INLINE Words transpose(Words w) {
  const v128_t a = wasm_i32x4_shuffle(w.w0, w.w1, 0, 4, 1, 5);
  const v128_t b = wasm_i32x4_shuffle(w.w2, w.w3, 0, 4, 1, 5);
  const v128_t c = wasm_i32x4_shuffle(w.w0, w.w1, 2, 6, 3, 7);
  const v128_t d = wasm_i32x4_shuffle(w.w2, w.w3, 2, 6, 3, 7);
  return (Words){wasm_i64x2_shuffle(a, b, 0, 2), wasm_i64x2_shuffle(a, b, 1, 3),
                 wasm_i64x2_shuffle(c, d, 0, 2), wasm_i64x2_shuffle(c, d, 1, 3)};
}

INLINE f32x4 splat(float x) { return (f32x4)wasm_f32x4_splat(x); }
INLINE f32x4 choose(v128_t mask, f32x4 yes, f32x4 no) {
  return (f32x4)wasm_v128_bitselect((v128_t)yes, (v128_t)no, mask);
}

#define SQRT_HALF_BITS 0x3f3504f3

/* ln(1 + f) for 1 + f in [sqrt(1/2), sqrt 2], by 2 artanh(f / (2 + f)). */
INLINE f32x4 log_near_one(f32x4 f) {
  const f32x4 s = f / (f + 2.0f);
  const f32x4 y = s * s;
  const f32x4 tail = y * (0.333333333f + y * (0.2f + y * (0.142857143f + y * 0.111111111f)));
  return 2.0f * (s + s * tail);
}

/* ln((word + 1/2) / 2^32), accurate relative to the result also near 0. */
INLINE f32x4 log_of_uniform(v128_t word) {
  const v128_t upper = wasm_i32x4_shr(word, 31);
  /* The distance from the nearer end of (0, 1), below 1/2: a signed conversion is enough. */
  const f32x4 t = ((f32x4)wasm_f32x4_convert_i32x4(wasm_v128_xor(word, upper)) + 0.5f) * 0x1p-32f;
  const f32x4 u = choose(upper, 1.0f - t, t);
  const v128_t offset = wasm_i32x4_sub((v128_t)u, wasm_i32x4_splat(SQRT_HALF_BITS));
  const v128_t exponent = wasm_i32x4_shr(offset, 23);
  const v128_t bits = wasm_i32x4_add(wasm_v128_and(offset, wasm_i32x4_splat(0x7fffff)), wasm_i32x4_splat(SQRT_HALF_BITS));
  const v128_t near_one = wasm_v128_and(upper, wasm_i32x4_eq(exponent, wasm_i32x4_splat(0)));
  const f32x4 f = choose(near_one, -t, (f32x4)bits - 1.0f);
  return (f32x4)wasm_f32x4_convert_i32x4(exponent) * 0.693147181f + log_near_one(f);
}

INLINE void box_muller(v128_t k, v128_t angle, f32x4 *first, f32x4 *second) {
  const f32x4 square = -2.0f * log_of_uniform(k);
  const f32x4 radius = (f32x4)wasm_f32x4_sqrt((v128_t)square);
  const v128_t odd = wasm_i32x4_shr(wasm_i32x4_shl(angle, 2), 31);
  const v128_t steps = wasm_v128_and(wasm_v128_xor(angle, odd), wasm_i32x4_splat(0x1fffffff));
  const f32x4 x = ((f32x4)wasm_f32x4_convert_i32x4(steps) + 0.5f) * (0.785398163f * 0x1p-29f);
  const f32x4 y = x * x;
  const f32x4 sine =
      x + x * (y * (-0.166666667f + y * (0.00833333333f + y * (-0.000198412698f + y * 2.75573192e-6f))));
  const f32x4 cosine = 1.0f + y * (-0.5f + y * (0.0416666667f + y * (-0.00138888889f + y * 2.48015873e-5f)));
  const v128_t swap =
      wasm_i32x4_shr(wasm_i32x4_shl(wasm_i32x4_add(angle, wasm_i32x4_splat(0x20000000)), 1), 31);
  const v128_t sign = wasm_i32x4_splat((int)0x80000000u);
  const v128_t sign_c = wasm_v128_and(wasm_i32x4_add(angle, wasm_i32x4_splat(0x40000000)), sign);
  const v128_t sign_s = wasm_v128_and(angle, sign);
  *first = (f32x4)wasm_v128_xor((v128_t)(radius * choose(swap, sine, cosine)), sign_c);
  *second = (f32x4)wasm_v128_xor((v128_t)(radius * choose(swap, cosine, sine)), sign_s);
}

INLINE void store(v128_t *target, Words w) {
  const Words t = transpose(w);
  target[0] = t.w0;
  target[1] = t.w1;
  target[2] = t.w2;
  target[3] = t.w3;
}

/* One counter a lane, from words to normals times the scale. */
INLINE Words normals_of(Words w, f32x4 scale) {
  f32x4 n0, n1, n2, n3;
  box_muller(w.w0, w.w1, &n0, &n1);
  box_muller(w.w2, w.w3, &n2, &n3);
  return (Words){(v128_t)(n0 * scale), (v128_t)(n1 * scale), (v128_t)(n2 * scale), (v128_t)(n3 * scale)};
}

INLINE Words words_of(Words w, f32x4 scale) {
  (void)scale;
  return w;
}

/* Stores `transform` of the words of the counters c0, c0 + 1, ... in order: 16 groups numbers. */
#define STREAM(transform, scale, s, c0, groups, target) \
  do { \
    Words set[2]; \
    int q = 0; \
    for (; q + 1 < (groups); q += 2) { \
      philox((s), (c0) + 4 * (u32)q, 2, set); \
      store((v128_t *)(target) + 4 * q, transform(set[0], (scale))); \
      store((v128_t *)(target) + 4 * q + 4, transform(set[1], (scale))); \
    } \
    if (q < (groups)) { \
      philox((s), (c0) + 4 * (u32)q, 1, set); \
      store((v128_t *)(target) + 4 * q, transform(set[0], (scale))); \
    } \
  } while (0)

/* Numbers 0 ... 16 groups - 1 of a stream, times the scale. */
INLINE void draw_normals(f32x4 *target, int groups, f32x4 scale, Stream s) {
  STREAM(normals_of, scale, s, 0, groups, target);
}
SHARED void draw_words(v128_t *target, int groups, Stream s, u32 c0) {
  STREAM(words_of, splat(0), s, c0, groups, target);
}
