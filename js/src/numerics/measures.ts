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
  if (points.length < 2) return Number.NaN;
  let lowest = 0;
  let highest = 0;
  const squares = new Float64Array(points.length - 1);
  for (let i = 0; i < points.length; i++) {
    if (points[i]! < points[lowest]!) lowest = i;
    if (points[i]! > points[highest]!) highest = i;
    if (i > 0) squares[i - 1] = (points[i]! - points[i - 1]!) ** 2;
  }
  const rise = Math.sign(highest - lowest) * (points[highest]! - points[lowest]!);
  if (rise === 0) return Number.NaN;
  return rise / Math.max(Math.sqrt(median(squares)), resolution);
}
