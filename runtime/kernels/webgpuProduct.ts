/**
 * The random product (randomProduct.ts) as a WebGPU compute shader, in the form that TensorFlow.js runs. One invocation makes a row of
 * one network's matrix, four numbers at a time, and applies it to all samples.
 *
 * The integers are those of philox.ts. WGSL has no 64-bit integers, and its own log and sin may err by 6e-4 here, so products are
 * made of halves and the Box-Muller transform of polynomials, as in source/philox.h.
 */
import type { Distribution } from '../../theory/model.ts';
import { philoxKey } from '../simulate/philox.ts';
import { lawArguments } from './law.ts';
import type { RandomMatrix } from './randomProduct.ts';

/** What `runWebGPUProgram` of the TensorFlow.js backend takes. */
export interface ShaderProgram {
  readonly outputShape: number[];
  readonly shaderKey: string;
  readonly dispatchLayout: { readonly x: number[] };
  readonly dispatch: [number, number, number];
  readonly workgroupSize: [number, number, number];
  readonly variableNames: string[];
  readonly uniforms: string;
  readonly getUserCode: () => string;
}

export type ShaderUniforms = readonly { readonly type: 'int32' | 'float32'; readonly data: number[] }[];

const GROUP = 64;
/** Workgroups of one dimension of a dispatch. */
const MAX_GROUPS = 65_535;
/** Accumulators of one invocation. */
export const MAX_SHADER_SAMPLES = 32;

export function randomProductProgram(
  [count, samples, fanIn]: readonly [number, number, number],
  matrix: RandomMatrix,
): Shader {
  const { distribution, width } = matrix;
  return assemble({
    matrix,
    fanIn,
    count,
    invocations: count * width,
    outputShape: [count, samples, width],
    shaderKey: `eft_random_product_${distribution.kind}_${samples}`,
    code: () => shader(samples, distribution),
  });
}

/** The backward form: one invocation makes four columns of one network's matrix, row by row, so that every number is drawn once. */
export function randomTransposedProductProgram(
  [count, samples]: readonly [number, number, number],
  matrix: RandomMatrix,
  fanIn: number,
): Shader {
  const { distribution } = matrix;
  return assemble({
    matrix,
    fanIn,
    count,
    invocations: count * Math.ceil(fanIn / 4),
    outputShape: [count, samples, fanIn],
    shaderKey: `eft_random_transposed_product_${distribution.kind}_${samples}`,
    code: () => transposedShader(samples, distribution),
  });
}

export interface Shader {
  readonly program: ShaderProgram;
  readonly uniforms: ShaderUniforms;
}

interface ShaderParts {
  readonly matrix: RandomMatrix;
  readonly fanIn: number;
  readonly count: number;
  readonly invocations: number;
  readonly outputShape: number[];
  /** The cache of pipelines knows nothing else of the code. */
  readonly shaderKey: string;
  readonly code: () => string;
}

function assemble({ matrix, fanIn, count, invocations, outputShape, shaderKey, code }: ShaderParts): Shader {
  const { seed, stream, first, distribution, deviation, width } = matrix;
  const groups = Math.ceil(invocations / GROUP);
  const columns = Math.min(groups, MAX_GROUPS);
  const [, scale, wide, narrow, threshold] = lawArguments(distribution, deviation);
  const [low, high] = philoxKey(seed) as unknown as readonly [number, number];
  return {
    program: {
      outputShape,
      shaderKey,
      dispatchLayout: { x: [0, 1, 2] },
      dispatch: [columns, Math.ceil(groups / columns), 1],
      workgroupSize: [GROUP, 1, 1],
      variableNames: ['x'],
      uniforms:
        'count : i32, width : i32, fanIn : i32, keyLow : i32, keyHigh : i32, stream : i32, first : i32, threshold : i32, scale : f32, wide : f32, narrow : f32,',
      getUserCode: code,
    },
    uniforms: [
      ...[count, width, fanIn, low, high, stream | 0, first | 0, threshold | 0].map((value) => ({
        type: 'int32' as const,
        data: [value],
      })),
      ...[scale, wide, narrow].map((value) => ({ type: 'float32' as const, data: [value] })),
    ],
  };
}

/** Numbers 4 block ... 4 block + 3 of a row, of variance 1. */
function drawing(distribution: Distribution): string {
  return `${COMMON}
fn numbers(block : u32, row : u32, network : u32) -> vec4<f32> {
  let words = philox(vec4<u32>(block, row, u32(uniforms.stream), network));
  ${numbersOf(distribution)}
}`;
}

function transposedShader(samples: number, distribution: Distribution): string {
  return `
${drawing(distribution)}

fn main(index : i32) {
  let blocks = (uniforms.fanIn + 3) / 4;
  if (index >= uniforms.count * blocks) { return; }
  let network = index / blocks;
  let block = index % blocks;
  var sums = array<vec4<f32>, ${samples}>();
  for (var row = 0; row < uniforms.width; row = row + 1) {
    let w = numbers(u32(block), u32(row), u32(uniforms.first + network)) * uniforms.scale;
    for (var a = 0; a < ${samples}; a = a + 1) {
      sums[a] = sums[a] + w * x[(network * ${samples} + a) * uniforms.width + row];
    }
  }
  let kept = min(4, uniforms.fanIn - 4 * block);
  for (var a = 0; a < ${samples}; a = a + 1) {
    let start = (network * ${samples} + a) * uniforms.fanIn + 4 * block;
    setOutputAtIndex(start, sums[a].x);
    if (kept > 1) { setOutputAtIndex(start + 1, sums[a].y); }
    if (kept > 2) { setOutputAtIndex(start + 2, sums[a].z); }
    if (kept > 3) { setOutputAtIndex(start + 3, sums[a].w); }
  }
}`;
}

function shader(samples: number, distribution: Distribution): string {
  return `
${drawing(distribution)}

fn main(index : i32) {
  if (index >= uniforms.count * uniforms.width) { return; }
  let network = index / uniforms.width;
  let row = index % uniforms.width;
  var sums = array<f32, ${samples}>();
  let blocks = (uniforms.fanIn + 3) / 4;
  for (var block = 0; block < blocks; block = block + 1) {
    let w = numbers(u32(block), u32(row), u32(uniforms.first + network)) * uniforms.scale;
    let kept = min(4, uniforms.fanIn - 4 * block);
    for (var a = 0; a < ${samples}; a = a + 1) {
      let start = (network * ${samples} + a) * uniforms.fanIn + 4 * block;
      var sum = sums[a] + w.x * x[start];
      if (kept > 1) { sum = sum + w.y * x[start + 1]; }
      if (kept > 2) { sum = sum + w.z * x[start + 2]; }
      if (kept > 3) { sum = sum + w.w * x[start + 3]; }
      sums[a] = sum;
    }
  }
  for (var a = 0; a < ${samples}; a = a + 1) {
    setOutputAtIndex((network * ${samples} + a) * uniforms.width + row, sums[a]);
  }
}`;
}

/** Four numbers of variance 1 from the words of one counter. */
function numbersOf({ kind }: Distribution): string {
  switch (kind) {
    case 'uniform':
      return `let centred = vec4<f32>(bitcast<vec4<i32>>(words ^ vec4<u32>(0x80000000u)));
  return (centred + 0.5) * (3.4641016151377544 / 4294967296.0);`;
    case 'rademacher':
      return 'return select(vec4<f32>(1.0), vec4<f32>(-1.0), words >= vec4<u32>(0x80000000u));';
    case 'laplace':
      return `let magnitude = -0.7071067811865476 * logOfUniform(words << vec4<u32>(1u));
  return select(magnitude, -magnitude, words >= vec4<u32>(0x80000000u));`;
    case 'sparse':
    case 'mixture':
      return `let choice = philox(vec4<u32>(block, row, u32(uniforms.stream) | 32768u, network));
  let isWide = choice < vec4<u32>(u32(uniforms.threshold));
  // A threshold of 0 stands for no choice at all.
  let factor = select(vec4<f32>(uniforms.narrow), vec4<f32>(uniforms.wide), isWide);
  return normals(words) * select(factor, vec4<f32>(1.0), uniforms.threshold == 0);`;
    default:
      return 'return normals(words);';
  }
}

const COMMON = `
fn highProduct(a : u32, b : u32) -> u32 {
  let al = a & 0xffffu;
  let ah = a >> 16u;
  let bl = b & 0xffffu;
  let bh = b >> 16u;
  let middle = ah * bl + ((al * bl) >> 16u);
  let other = al * bh + (middle & 0xffffu);
  return ah * bh + (middle >> 16u) + (other >> 16u);
}

fn philox(counter : vec4<u32>) -> vec4<u32> {
  var c = counter;
  var k0 = u32(uniforms.keyLow);
  var k1 = u32(uniforms.keyHigh);
  for (var round = 0; round < 10; round = round + 1) {
    let high0 = highProduct(c.x, 0xd2511f53u);
    let high1 = highProduct(c.z, 0xcd9e8d57u);
    c = vec4<u32>(high1 ^ c.y ^ k0, c.z * 0xcd9e8d57u, high0 ^ c.w ^ k1, c.x * 0xd2511f53u);
    k0 = k0 + 0x9e3779b9u;
    k1 = k1 + 0xbb67ae85u;
  }
  return c;
}

// ln((word + 1/2) / 2^32), accurate also near 0: words in the upper half measure from 1.
fn logOfUniform(words : vec4<u32>) -> vec4<f32> {
  let upper = words >= vec4<u32>(0x80000000u);
  let t = (vec4<f32>(select(words, ~words, upper)) + 0.5) * (1.0 / 4294967296.0);
  let u = select(t, 1.0 - t, upper);
  let offset = bitcast<vec4<i32>>(u) - vec4<i32>(0x3f3504f3);
  let exponent = offset >> vec4<u32>(23u);
  let mantissa = bitcast<vec4<f32>>((offset & vec4<i32>(0x7fffff)) + vec4<i32>(0x3f3504f3));
  let f = select(mantissa - 1.0, -t, upper & (exponent == vec4<i32>(0)));
  let s = f / (f + 2.0);
  let y = s * s;
  let tail = y * (0.333333333 + y * (0.2 + y * (0.142857143 + y * 0.111111111)));
  return vec4<f32>(exponent) * 0.693147181 + 2.0 * (s + s * tail);
}

fn normals(words : vec4<u32>) -> vec4<f32> {
  let logs = logOfUniform(words);
  let radius = sqrt(max(vec2<f32>(0.0), -2.0 * vec2<f32>(logs.x, logs.z)));
  let angle = vec2<u32>(words.y, words.w);
  let octant = angle >> vec2<u32>(29u);
  let steps = select(angle, ~angle, (octant & vec2<u32>(1u)) == vec2<u32>(1u)) & vec2<u32>(0x1fffffffu);
  let p = (vec2<f32>(steps) + 0.5) * (0.7853981633974483 / 536870912.0);
  let y = p * p;
  let s = p + p * (y * (-0.166666667 + y * (0.00833333333 + y * (-0.000198412698 + y * 2.75573192e-6))));
  let c = 1.0 + y * (-0.5 + y * (0.0416666667 + y * (-0.00138888889 + y * 2.48015873e-5)));
  let swap = ((octant + vec2<u32>(1u)) & vec2<u32>(2u)) != vec2<u32>(0u);
  let cosine = radius * select(c, s, swap);
  let sine = radius * select(s, c, swap);
  let first = select(cosine, -cosine, ((octant + vec2<u32>(2u)) & vec2<u32>(4u)) != vec2<u32>(0u));
  let second = select(sine, -sine, (octant & vec2<u32>(4u)) != vec2<u32>(0u));
  return vec4<f32>(first.x, second.x, first.y, second.y);
}
`;
