/** Measures of emergence; definitions and sources stand in core/statistics/measures.py. */
import type { Vector } from "../programs/program.ts";

/** Root of the median square, without squares that overflow or vanish. */
function medianStep(steps: Vector): number {
  const sorted = steps.slice().sort();
  const upper = sorted[sorted.length >> 1]!;
  if (upper === 0) return 0;
  const lower = sorted[(sorted.length - 1) >> 1]!;
  return upper * Math.sqrt(((lower / upper) ** 2 + 1) / 2);
}

/** Scores ordered by scale, higher is better; NaN points are left out. */
export function breakthroughness(scores: Vector, resolution = 0): number {
  const points = scores.filter((score) => !Number.isNaN(score));
  if (points.length < 2 || !points.every(Number.isFinite)) return Number.NaN;
  let lowest = 0;
  let highest = 0;
  const steps = new Float64Array(points.length - 1);
  for (let i = 1; i < points.length; i++) {
    if (points[i]! < points[lowest]!) lowest = i;
    if (points[i]! > points[highest]!) highest = i;
    steps[i - 1] = Math.abs(points[i]! - points[i - 1]!);
  }
  const rise = Math.sign(highest - lowest) * (points[highest]! - points[lowest]!);
  if (rise === 0) return Number.NaN;
  return rise / Math.max(medianStep(steps), resolution);
}
