/*
 * Activation functions as programs of vector instructions (runtime/kernels/program.ts writes them), run block by block so that
 * every register stays in the cache.
 */
#include "philox.h"

#define EXPORT(name) __attribute__((export_name(#name)))
#define BLOCK 256

enum { ADD, MULTIPLY, DIVIDE, SQRT, ABS, SELECT_LESS, SELECT_LESS_EQUAL, EXP, LOG, SIN, COS, TANH, ERF, SIGMOID, SOFTPLUS };

typedef struct {
  int op, target, operands[4];
} Instruction;

INLINE f32x4 minimum(f32x4 a, f32x4 b) { return (f32x4)wasm_f32x4_min((v128_t)a, (v128_t)b); }
INLINE f32x4 maximum(f32x4 a, f32x4 b) { return (f32x4)wasm_f32x4_max((v128_t)a, (v128_t)b); }
INLINE f32x4 magnitude(f32x4 a) { return (f32x4)wasm_f32x4_abs((v128_t)a); }
INLINE f32x4 with_sign_of(f32x4 a, f32x4 sign) {
  return (f32x4)wasm_v128_or((v128_t)a, wasm_v128_and((v128_t)sign, wasm_i32x4_splat((int)0x80000000u)));
}
/* 2^n for -126 <= n <= 128 (then infinity). */
INLINE f32x4 power_of_two(v128_t n) {
  return (f32x4)wasm_i32x4_shl(wasm_i32x4_add(n, wasm_i32x4_splat(127)), 23);
}

typedef struct {
  f32x4 expm1;
  v128_t n;
} Reduced;

/* x = n ln 2 + r with |r| <= ln 2 / 2, and e^r - 1. */
INLINE Reduced reduce_exp(f32x4 x) {
  const f32x4 bounded = maximum(minimum(x, splat(89.0f)), splat(-104.0f));
  const f32x4 n = (f32x4)wasm_f32x4_nearest((v128_t)(bounded * 1.44269504f));
  const f32x4 r = (bounded - n * 0.693359375f) + n * 2.12194440e-4f;
  const f32x4 tail = 0.5f + r * (0.166666667f + r * (0.0416666667f + r * (0.00833333333f + r * (0.00138888889f + r * 1.98412698e-4f))));
  return (Reduced){r + r * r * tail, wasm_i32x4_trunc_sat_f32x4((v128_t)n)};
}

INLINE f32x4 exponential(f32x4 x) {
  const Reduced e = reduce_exp(x);
  const v128_t half = wasm_i32x4_shr(e.n, 1);
  /* In two steps: 2^n alone may be too small or too large for a float. */
  return ((1.0f + e.expm1) * power_of_two(half)) * power_of_two(wasm_i32x4_sub(e.n, half));
}

INLINE f32x4 logarithm(f32x4 x) {
  const v128_t tiny = wasm_f32x4_lt((v128_t)x, (v128_t)splat(0x1p-126f));
  const f32x4 normal = choose(tiny, x * 0x1p32f, x);
  const v128_t offset = wasm_i32x4_sub((v128_t)normal, wasm_i32x4_splat(SQRT_HALF_BITS));
  const f32x4 exponent = (f32x4)wasm_f32x4_convert_i32x4(wasm_i32x4_shr(offset, 23)) - choose(tiny, splat(32.0f), splat(0.0f));
  const v128_t bits = wasm_i32x4_add(wasm_v128_and(offset, wasm_i32x4_splat(0x7fffff)), wasm_i32x4_splat(SQRT_HALF_BITS));
  const f32x4 value = exponent * 0.693147181f + log_near_one((f32x4)bits - 1.0f);
  const f32x4 limit = choose(wasm_f32x4_eq((v128_t)x, (v128_t)splat(0.0f)), splat(-__builtin_inff()), splat(__builtin_nanf("")));
  const f32x4 positive = choose(wasm_f32x4_lt((v128_t)x, (v128_t)splat(__builtin_inff())), value, x);
  return choose(wasm_f32x4_gt((v128_t)x, (v128_t)splat(0.0f)), positive, limit);
}

/* x - k pi / 2, reduced in float64, and k. */
INLINE f32x4 quarter_turns(f32x4 x, v128_t *k) {
  const f64x2 low = (f64x2)wasm_f64x2_promote_low_f32x4((v128_t)x);
  const f64x2 high = (f64x2)wasm_f64x2_promote_low_f32x4(wasm_i32x4_shuffle((v128_t)x, (v128_t)x, 2, 3, 2, 3));
  const f64x2 kl = (f64x2)wasm_f64x2_nearest((v128_t)(low * 0.63661977236758138));
  const f64x2 kh = (f64x2)wasm_f64x2_nearest((v128_t)(high * 0.63661977236758138));
  const v128_t rl = wasm_f32x4_demote_f64x2_zero((v128_t)(low - kl * 1.5707963267948966));
  const v128_t rh = wasm_f32x4_demote_f64x2_zero((v128_t)(high - kh * 1.5707963267948966));
  *k = wasm_i64x2_shuffle(wasm_i32x4_trunc_sat_f64x2_zero((v128_t)kl), wasm_i32x4_trunc_sat_f64x2_zero((v128_t)kh), 0, 2);
  return (f32x4)wasm_i64x2_shuffle(rl, rh, 0, 2);
}

INLINE f32x4 sine(f32x4 x, int turn) {
  v128_t k;
  const f32x4 r = quarter_turns(x, &k);
  const f32x4 y = r * r;
  const f32x4 s = r + r * (y * (-0.166666667f + y * (0.00833333333f + y * (-0.000198412698f + y * 2.75573192e-6f))));
  const f32x4 c = 1.0f + y * (-0.5f + y * (0.0416666667f + y * (-0.00138888889f + y * 2.48015873e-5f)));
  const v128_t quadrant = wasm_i32x4_add(k, wasm_i32x4_splat(turn));
  const v128_t odd = wasm_i32x4_shr(wasm_i32x4_shl(quadrant, 31), 31);
  const v128_t sign = wasm_v128_and(wasm_i32x4_shl(quadrant, 30), wasm_i32x4_splat((int)0x80000000u));
  return (f32x4)wasm_v128_xor((v128_t)choose(odd, c, s), sign);
}

/* By e^(2x) - 1, which keeps the digits of small arguments. */
INLINE f32x4 hyperbolic_tangent(f32x4 x) {
  const Reduced e = reduce_exp(minimum(2.0f * magnitude(x), splat(40.0f)));
  const f32x4 scale = power_of_two(e.n);
  const f32x4 expm1 = e.expm1 * scale + (scale - 1.0f);
  return with_sign_of(expm1 / (expm1 + 2.0f), x);
}

INLINE f32x4 sigmoid(f32x4 x) { return 1.0f / (1.0f + exponential(-x)); }

INLINE f32x4 softplus(f32x4 x) {
  const f32x4 u = exponential(-magnitude(x));
  const v128_t small = wasm_f32x4_lt((v128_t)u, (v128_t)splat(0.4f));
  const f32x4 log1p = log_near_one(choose(small, u, 0.5f * u - 0.5f)) + choose(small, splat(0.0f), splat(0.693147181f));
  return maximum(x, splat(0.0f)) + log1p;
}

/* The series up to 1, Abramowitz and Stegun 7.1.26 (absolute error 1.5e-7) beyond. */
INLINE f32x4 error_function(f32x4 x) {
  const f32x4 y = x * x;
  const f32x4 series = 1.0f + y * (-1.0f / 3 + y * (1.0f / 10 + y * (-1.0f / 42 + y * (1.0f / 216 + y * (-1.0f / 1320 + y * (1.0f / 9360 + y * (-1.0f / 75600 + y * (1.0f / 685440 + y * (-1.0f / 6894720)))))))));
  const f32x4 m = magnitude(x);
  const f32x4 t = 1.0f / (1.0f + 0.3275911f * m);
  const f32x4 polynomial = t * (0.254829592f + t * (-0.284496736f + t * (1.421413741f + t * (-1.453152027f + t * 1.061405429f))));
  const f32x4 tail = with_sign_of(1.0f - polynomial * exponential(-y), x);
  return choose(wasm_f32x4_lt((v128_t)m, (v128_t)splat(1.0f)), x * 1.12837917f * series, tail);
}

#define UNARY(expression)                       \
  for (int v = 0; v < vectors; v++) {           \
    const f32x4 x = a[v];                       \
    target[v] = expression;                     \
  }                                             \
  break

static void execute(Instruction i, f32x4 *registers, int vectors) {
  f32x4 *target = registers + i.target * (BLOCK / 4);
  const f32x4 *a = registers + i.operands[0] * (BLOCK / 4), *b = registers + i.operands[1] * (BLOCK / 4);
  const f32x4 *yes = registers + i.operands[2] * (BLOCK / 4), *no = registers + i.operands[3] * (BLOCK / 4);
  switch (i.op) {
  case ADD: UNARY(x + b[v]);
  case MULTIPLY: UNARY(x * b[v]);
  case DIVIDE: UNARY(x / b[v]);
  case SQRT: UNARY((f32x4)wasm_f32x4_sqrt((v128_t)x));
  case ABS: UNARY(magnitude(x));
  case SELECT_LESS: UNARY(choose(wasm_f32x4_lt((v128_t)x, (v128_t)b[v]), yes[v], no[v]));
  case SELECT_LESS_EQUAL: UNARY(choose(wasm_f32x4_le((v128_t)x, (v128_t)b[v]), yes[v], no[v]));
  case EXP: UNARY(exponential(x));
  case LOG: UNARY(logarithm(x));
  case SIN: UNARY(sine(x, 0));
  case COS: UNARY(sine(x, 1));
  case TANH: UNARY(hyperbolic_tangent(x));
  case ERF: UNARY(error_function(x));
  case SIGMOID: UNARY(sigmoid(x));
  case SOFTPLUS: UNARY(softplus(x));
  }
}

/*
 * out = program(z) for `count` numbers, a multiple of 4. Register 0 is z, registers 1 ... constants hold `values`, and `result` is the
 * register of the result; `registers` is scratch, [registers, 256].
 */
EXPORT(runProgram)
void run_program(float *out, const float *z, int count, const Instruction *code, int instructions, const float *values,
                 int constants, int result, float *registers) {
  f32x4 *r = (f32x4 *)registers;
  for (int c = 0; c < constants; c++)
    for (int v = 0; v < BLOCK / 4; v++) r[(c + 1) * (BLOCK / 4) + v] = splat(values[c]);
  for (int start = 0; start < count; start += BLOCK) {
    const int vectors = (count - start < BLOCK ? count - start : BLOCK) / 4;
    const f32x4 *from = (const f32x4 *)(z + start);
    for (int v = 0; v < vectors; v++) r[v] = from[v];
    for (int i = 0; i < instructions; i++) execute(code[i], r, vectors);
    f32x4 *to = (f32x4 *)(out + start);
    for (int v = 0; v < vectors; v++) to[v] = r[result * (BLOCK / 4) + v];
  }
}
