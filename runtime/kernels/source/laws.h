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

#define PER_WORD(transform) \
  for (int j = 0; j < 4 * groups; j++) target[j] = transform((v128_t)target[j]) * scale

/* Numbers 0 ... 16 groups - 1 of a stream times the scale. */
SHARED void draw_row(f32x4 *target, int groups, Law law, Stream s) {
  const f32x4 scale = splat(law.scale);
  if (law.kind == UNIFORM || law.kind == RADEMACHER || law.kind == LAPLACE) draw_words((v128_t *)target, groups, s, 0);
  else draw_normals(target, groups, scale, s);
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
  case NORMAL:
    return;
  }
  const v128_t threshold = wasm_i32x4_splat((int)law.threshold);
  s.c2 |= CHOICE_STREAM;
  for (int q = 0; q < groups; q++) {
    v128_t words[4];
    draw_words(words, 1, s, 4 * (u32)q);
    for (int k = 0; k < 4; k++)
      target[4 * q + k] *= choose(wasm_u32x4_lt(words[k], threshold), splat(law.wide), splat(law.narrow));
  }
}
