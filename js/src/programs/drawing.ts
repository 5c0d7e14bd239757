/** Where numbers stand on axes. Twin of programs/drawing.py. */
import type { Vector } from "./program.ts";

/** Place on an axis; NaN for what a logarithmic one cannot hold. */
export function place(value: number, logarithmic: boolean): number {
  if (!logarithmic) return value;
  return value > 0 ? Math.log10(value) : Number.NaN;
}

/** One coordinate of upright bars drawn as one line, whose NaNs lift the pen. */
export function intervalLine(start: ArrayLike<number>, end: ArrayLike<number>): Vector {
  const line = new Float64Array(Math.max(3 * start.length - 1, 0)).fill(Number.NaN);
  for (let i = 0; i < start.length; i++) {
    line[3 * i] = start[i]!;
    line[3 * i + 1] = end[i]!;
  }
  return line;
}

/** A line without what has no place at its end, which bqplot cannot draw. */
export function trimmed(x: Vector, y: Vector): [Vector, Vector] {
  let { length } = y;
  while (length > 0 && !Number.isFinite(y[length - 1])) length--;
  return [x.subarray(0, length), y.subarray(0, length)];
}
