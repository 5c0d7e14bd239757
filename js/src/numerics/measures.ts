/** Measures of emergence; definitions and sources stand in core/measures.py. */
import type { Vector } from "../programs/program.ts";

export function median(values: Vector): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.slice().sort();
  const half = sorted.length >> 1;
  const upper = sorted[half]!;
  return sorted.length % 2 === 1 ? upper : (sorted[half - 1]! + upper) / 2;
}

/** Scores ordered by scale, higher is better; NaN points are left out. */
export function breakthroughness(scores: Vector, resolution = 0): number {
  const points = scores.filter((score) => !Number.isNaN(score));
  if (points.length < 2 || !points.every(Number.isFinite)) return Number.NaN;
  let lowest = 0;
  let highest = 0;
  for (let i = 1; i < points.length; i++) {
    if (points[i]! < points[lowest]!) lowest = i;
    if (points[i]! > points[highest]!) highest = i;
  }
  const rise = points[highest]! - points[lowest]!;
  if (rise === 0) return Number.NaN;
  // Squares of steps in units of the rise (its power of two) neither overflow nor vanish.
  const unit = 2 ** Math.floor(Math.log2(rise));
  const squares = new Float64Array(points.length - 1);
  for (let i = 1; i < points.length; i++) {
    squares[i - 1] = ((points[i]! - points[i - 1]!) / unit) ** 2;
  }
  const step = unit * Math.sqrt(median(squares));
  return (Math.sign(highest - lowest) * rise) / Math.max(step, resolution);
}
