/** Where the ticks of an axis are and what they say. */
import type { Axis, Tick } from './chart.ts';
import { minus, words, type Label } from './label.ts';

/** An axis made ready to draw. */
export interface Scale {
  readonly kind: 'linear' | 'log';
  readonly domain: readonly [number, number];
  readonly ticks: readonly Tick[];
  /** Without text, between the decades of a logarithmic axis. */
  readonly minor: readonly number[];
  /** The power of ten that all tick labels are in units of. */
  readonly exponent: number;
}

/** `about` is how many ticks fit. Values that are not finite, or not positive on a logarithmic axis, do not count. */
export function scaleOf(axis: Axis, values: readonly number[], about: number): Scale {
  const all = [...values, ...(axis.include ?? [])].filter(
    (value) => Number.isFinite(value) && (axis.scale === 'linear' || value > 0),
  );
  const [low, high] = all.length === 0 ? [1, 10] : [least(all), greatest(all)];
  return axis.scale === 'log' ? logScale(axis, low, high, about) : linearScale(axis, low, high, about);
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function greatest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}

/** Of the length of an axis, left free at its ends. */
const PADDING = 0.05;

function linearScale(axis: Axis, low: number, high: number, about: number): Scale {
  const spread = high - low;
  // Less than a reader could take from the ticks, or rounding.
  const flat = spread <= 1e-5 * Math.max(Math.abs(low), Math.abs(high));
  const pad = flat ? 0.1 * Math.abs(high) || 0.5 : PADDING * spread;
  // An axis that begins at zero by itself is not pushed below it.
  const domain: [number, number] =
    axis.isTight && !flat ? [low, high] : [low === 0 && !flat ? -0.02 * spread : low - pad, high + pad];
  if (axis.ticks) return { kind: 'linear', domain, ticks: axis.ticks, minor: [], exponent: 0 };
  const step = niceStep((domain[1] - domain[0]) / about, axis.integers === true);
  const first = Math.ceil(domain[0] / step - 1e-9);
  const count = Math.floor(domain[1] / step + 1e-9) - first + 1;
  const places = Array.from({ length: count }, (_, k) => (first + k) * step);
  const exponent = axis.integers ? 0 : commonExponent(places);
  const digits = Math.max(0, exponent - Math.floor(Math.log10(step) + 1e-9));
  return {
    kind: 'linear',
    domain,
    ticks: places.map((value) => ({ value, label: decimal(value / 10 ** exponent, digits) })),
    minor: [],
    exponent,
  };
}

/** 1, 2 or 5 times a power of ten, at least `rough`. */
function niceStep(rough: number, integers: boolean): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough * (1 - 1e-9));
  return integers ? Math.max(1, step ?? power) : (step ?? power);
}

/** Zero unless the numbers would be long. */
function commonExponent(values: readonly number[]): number {
  const size = greatest([0, ...values.map(Math.abs)]);
  if (size === 0) return 0;
  const exponent = Math.floor(Math.log10(size) + 1e-9);
  return exponent >= -1 && exponent < 4 ? 0 : exponent;
}

function decimal(value: number, digits: number): Label {
  const text = value.toFixed(digits);
  return words(minus(Number(text) === 0 ? '0' : text));
}

function logScale(axis: Axis, low: number, high: number, about: number): Scale {
  const [from, to] = [Math.log10(low), Math.log10(high)];
  const pad = Math.max(0.06 * (to - from), 0.05);
  const domain: [number, number] = [10 ** (from - pad), 10 ** (to + pad)];
  if (axis.ticks) return { kind: 'log', domain, ticks: axis.ticks, minor: [], exponent: 0 };
  const decades = integersBetween(from - pad, to + pad);
  const every = Math.ceil(decades.length / about);
  // Over many decades the marks between them would run into one another.
  const minor =
    every > 1
      ? decades.map((k) => 10 ** k)
      : integersBetween(Math.floor(from - pad), to + pad)
          .flatMap((k) => [2, 3, 4, 5, 6, 7, 8, 9].map((digit) => digit * 10 ** k))
          .filter((value) => value > domain[0] && value < domain[1]);
  const ticks =
    decades.length >= 2
      ? decades.filter((k) => k % every === 0).map(decade)
      : [...decades.map((k) => 10 ** k), ...minor]
          .filter((value) => [1, 2, 5].includes(leadingDigit(value)))
          .map(logTick);
  return { kind: 'log', domain, ticks, minor, exponent: 0 };
}

function integersBetween(low: number, high: number): number[] {
  const first = Math.ceil(low - 1e-9);
  return Array.from({ length: Math.max(0, Math.floor(high + 1e-9) - first + 1) }, (_, k) => first + k);
}

function leadingDigit(value: number): number {
  return Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
}

function decade(exponent: number): Tick {
  return { value: 10 ** exponent, label: powerOfTen(exponent) };
}

export function powerOfTen(exponent: number): Label {
  if (exponent === 0) return words('1');
  return exponent === 1 ? words('10') : [{ text: '10', sup: words(minus(String(exponent))) }];
}

function logTick(value: number): Tick {
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  const digit = leadingDigit(value);
  if (exponent >= -2 && exponent <= 3)
    return { value, label: decimal(digit * 10 ** exponent, Math.max(0, -exponent)) };
  return digit === 1
    ? decade(exponent)
    : { value, label: [{ text: `${digit} × ` }, ...powerOfTen(exponent)] };
}
