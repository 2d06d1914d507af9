/* Rows of parameters from any law of the language (runtime/simulate/laws.ts), each in whole groups of 16. */
#pragma once
#include "philox.h"

enum { NORMAL, UNIFORM, RADEMACHER, LAPLACE, SCALED_NORMALS };
#define CHOICE_STREAM (1u << 15)

/* `wide` and `narrow` are the two factors of a sparse law or mixture, chosen by word < threshold. */
typedef struct {
  int kind;
  float scale;
  float wide, narrow;
  u32 threshold;
} Law;

INLINE f32x4 uniform(v128_t word) {
  /* Centred before the conversion: (word + 1/2) / 2^32 - 1/2 is the signed word shifted by half a circle. */
  const v128_t centred = wasm_v128_xor(word, wasm_i32x4_splat((int)0x80000000u));
  return ((f32x4)wasm_f32x4_convert_i32x4(centred) + 0.5f) * (3.46410162f * 0x1p-32f);
}

INLINE f32x4 rademacher(v128_t word) {
  return (f32x4)wasm_v128_or(wasm_v128_and(word, wasm_i32x4_splat((int)0x80000000u)), (v128_t)splat(1.0f));
}

INLINE f32x4 laplace(v128_t word) {
  const f32x4 magnitude = log_of_uniform(wasm_i32x4_shl(word, 1)) * -0.707106781f;
  return (f32x4)wasm_v128_xor((v128_t)magnitude, wasm_v128_and(word, wasm_i32x4_splat((int)0x80000000u)));
}

#define PER_WORD(transform)                                  \
  for (int q = 0; q < groups; q++, target += 4) {            \
    const Words w = transpose(philox(s, 4 * (u32)q));        \
    target[0] = transform(w.w0) * scale;                     \
    target[1] = transform(w.w1) * scale;                     \
    target[2] = transform(w.w2) * scale;                     \
    target[3] = transform(w.w3) * scale;                     \
  }

/* Numbers 0 ... 16 groups - 1 of a stream times the scale. */
INLINE void draw_row(f32x4 *target, int groups, Law law, Stream s) {
  const f32x4 scale = splat(law.scale);
  switch (law.kind) {
  case UNIFORM:
    PER_WORD(uniform);
    return;
  case RADEMACHER:
    PER_WORD(rademacher);
    return;
  case LAPLACE:
    PER_WORD(laplace);
    return;
  default:
    for (int q = 0; q < groups; q++) {
      f32x4 n[4];
      normals16(s, (u32)q, n);
      for (int k = 0; k < 4; k++) target[4 * q + k] = n[k] * scale;
    }
  }
  if (law.kind != SCALED_NORMALS) return;
  const v128_t threshold = wasm_i32x4_splat((int)law.threshold);
  s.c2 |= CHOICE_STREAM;
  for (int q = 0; q < groups; q++) {
    const Words w = transpose(philox(s, 4 * (u32)q));
    const v128_t words[4] = {w.w0, w.w1, w.w2, w.w3};
    for (int k = 0; k < 4; k++)
      target[4 * q + k] *= choose(wasm_u32x4_lt(words[k], threshold), splat(law.wide), splat(law.narrow));
  }
}
