/** A program turns controls and constants into curves; its twin is the Python function of the same name. */
import { late_rise } from "../contract.json";

const { LEAST_FALL } = late_rise;

export type Vector = Float64Array;
export type ControlValue = number | string | boolean | readonly boolean[] | null;
export type Controls = Readonly<Record<string, ControlValue>>;
export interface Tensor {
  shape: readonly number[];
  data: Vector;
}
export type Constant = Tensor | unknown;
export type Constants = Readonly<Record<string, Constant>>;
export type Output =
  | Vector
  | readonly Vector[]
  | number
  | string
  | boolean
  | readonly string[]
  | readonly Record<string, unknown>[]
  | Record<string, unknown>
  | null;
export type Outputs = Record<string, Output>;
export type Program = (controls: Controls, constants: Constants) => Outputs;

export function isTensor(constant: Constant): constant is Tensor {
  return (
    typeof constant === "object" &&
    constant !== null &&
    (constant as Tensor).data instanceof Float64Array
  );
}

export function tensor(constants: Constants, name: string): Tensor {
  const found = constants[name];
  if (!isTensor(found)) throw new Error(`the constant '${name}' is missing or not an array`);
  return found;
}

export function vector(constants: Constants, name: string): Vector {
  return tensor(constants, name).data;
}

/** Row `index` of a two-dimensional constant, as a view that must not be changed. */
export function row(constant: Tensor, index: number): Vector {
  const width = constant.shape[1] ?? 1;
  return constant.data.subarray(index * width, (index + 1) * width);
}

export function numeric(controls: Controls, name: string): number {
  const value = controls[name];
  if (typeof value !== "number") throw new Error(`the control '${name}' is not a number`);
  return value;
}

/** The first of some values at a place where a condition holds; NaN where it never does. */
export function firstWhere(values: Vector, holds: (index: number) => boolean): number {
  const at = values.findIndex((_, index) => holds(index));
  return at < 0 ? Number.NaN : values[at]!;
}

/** Sizes evenly spaced in log scale from the smallest to the largest tested model. */
export function modelScales(scale: Vector, count: number, largest = Infinity): Vector {
  const lowest = Math.log10(scale[0]!);
  const highest = Math.log10(scale[scale.length - 1]!);
  const top = Math.min(Math.max(Math.log10(largest), lowest), highest);
  return Float64Array.from(
    { length: count },
    (_, i) => 10 ** (lowest + (top - lowest) * (i / Math.max(count - 1, 1))),
  );
}

/** Scores over an ascending scale, higher is better, with the ends of their intervals. */
export interface Series {
  scale: Vector;
  score: Vector;
  lower: Vector;
  upper: Vector;
}

/** The series of a metric whose lower scores are better. */
export function turned({ scale, score, lower, upper }: Series): Series {
  const negated = (values: Vector): Vector => values.map((value) => -value);
  return { scale, score: negated(score), lower: negated(upper), upper: negated(lower) };
}

/** The series over a scale that falls as models improve. */
export function reversed({ scale, score, lower, upper }: Series): Series {
  return {
    scale: scale.map((loss) => 1 / loss).reverse(),
    score: score.slice().reverse(),
    lower: lower.slice().reverse(),
    upper: upper.slice().reverse(),
  };
}

/** Whether the last score lies above the first by more than the noise; unknown noise is none. */
export function beyondNoise({ score, lower, upper }: Series): boolean {
  const last = score.length - 1;
  const rise = score[last]! - score[0]!;
  return rise > 0 && !(rise <= Math.hypot(score[last]! - lower[last]!, upper[0]! - score[0]!));
}

/**
 * Whether scores rise beyond the noise, and none is below the first or above the last by more than
 * it and by more than a tenth of the rise.
 */
export function clearRise(series: Series): boolean {
  if (!beyondNoise(series)) return false;
  const { score, lower, upper } = series;
  const last = score.length - 1;
  const least = LEAST_FALL * (score[last]! - score[0]!);
  for (let k = 0; k <= last; k++) {
    const [below, above] = [score[0]! - score[k]!, score[k]! - score[last]!];
    const noiseBelow = Math.hypot(score[0]! - lower[0]!, upper[k]! - score[k]!);
    const noiseAbove = Math.hypot(score[k]! - lower[k]!, upper[last]! - score[last]!);
    if (below > noiseBelow && below > least) return false;
    if (above > noiseAbove && above > least) return false;
  }
  return true;
}

/** Whole controls can arrive unrounded from a logarithmic slider. */
export function whole(controls: Controls, name: string): number {
  return Math.floor(numeric(controls, name) + 0.5);
}
