/** Late rise T; its definition stands in core/statistics/late_rise.py. */
import type { Vector } from "../programs/program.ts";

const FEWEST_LEVELS = 3;
const ROUNDING = 1e-12;

interface Level {
  scale: number;
  score: number;
}

/** T of one series, and the curves between which it is read off; empty where T is NaN. */
export interface Lag {
  late: number;
  /** Distinct, ascending. */
  scale: number[];
  /** The non-decreasing fit of the scores. */
  fit: number[];
  /** Steady gains: the least concave curve above the fit. */
  steady: number[];
}

/** Distinct scales, ascending, with the mean of what was measured at each. */
function levelMeans(scale: Vector, scores: Vector): Level[] {
  const sums = new Map<number, [sum: number, count: number]>();
  scale.forEach((size, i) => {
    if (!Number.isFinite(scores[i])) return;
    const [sum, count] = sums.get(size) ?? [0, 0];
    sums.set(size, [sum + scores[i]!, count + 1]);
  });
  return [...sums]
    .sort(([a], [b]) => a - b)
    .map(([scale, [sum, count]]) => ({ scale, score: sum / count }));
}

/** Least-squares non-decreasing fit: max over starts of min over ends of means. */
export function nonDecreasing(scores: readonly number[]): number[] {
  const total = [0];
  for (const score of scores) total.push(total.at(-1)! + score);
  const fit = scores.map(() => -Infinity);
  for (let start = 0; start < scores.length; start++) {
    let least = Infinity;
    const leastFrom = scores.map(() => 0);
    for (let end = scores.length - 1; end >= start; end--) {
      least = Math.min(least, (total[end + 1]! - total[start]!) / (end + 1 - start));
      leastFrom[end] = least;
    }
    for (let i = start; i < scores.length; i++) fit[i] = Math.max(fit[i]!, leastFrom[i]!);
  }
  return fit;
}

/** The least concave curve that lies nowhere below the points. */
function steadyGains(place: readonly number[], fit: readonly number[]): number[] {
  const steady = [...fit];
  let from = 0;
  while (from < fit.length - 1) {
    const slope = (to: number): number => (fit[to]! - fit[from]!) / (place[to]! - place[from]!);
    let to = from + 1;
    for (let i = to + 1; i < fit.length; i++) if (slope(i) >= slope(to)) to = i;
    for (let i = from + 1; i < to; i++) {
      const share = (place[i]! - place[from]!) / (place[to]! - place[from]!);
      steady[i] = Math.max(fit[from]! * (1 - share) + fit[to]! * share, fit[i]!);
    }
    from = to;
  }
  return steady;
}

/** Late rise of one series, higher is better; T is NaN without a rise or of fewer than three levels. */
export function lag(scale: Vector, scores: Vector): Lag {
  const nothing = { late: Number.NaN, scale: [], fit: [], steady: [] };
  const levels = levelMeans(scale, scores);
  if (levels.length < FEWEST_LEVELS) return nothing;
  const fit = nonDecreasing(levels.map(({ score }) => score));
  const [lowest, highest] = [fit[0]!, fit.at(-1)!];
  const rise = highest - lowest;
  // What is left of a constant series after rounding is no rise.
  if (!(rise > ROUNDING * Math.max(Math.abs(lowest), Math.abs(highest)))) return nothing;
  const sizes = levels.map((level) => level.scale);
  const steady = steadyGains(sizes.map(Math.log10), fit);
  const late = Math.max(...steady.map((height, i) => height - fit[i]!)) / rise;
  return { late: late < ROUNDING ? 0 : Math.min(late, 1), scale: sizes, fit, steady };
}
