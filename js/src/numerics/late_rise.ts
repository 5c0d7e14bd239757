/** Late rise T; its definition stands in core/statistics/late_rise.py. */
import type { Vector } from "../programs/program.ts";

const FEWEST_LEVELS = 3;

interface Level {
  place: number;
  score: number;
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
    .map(([size, [sum, count]]) => ({ place: Math.log10(size), score: sum / count }));
}

/** Least-squares non-decreasing fit: max over starts of min over ends of means. */
function nonDecreasing(scores: readonly number[]): number[] {
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

/** The largest lag behind the least concave curve that lies nowhere below. */
function largestLag(levels: readonly Level[]): number {
  let lag = 0;
  let from = 0;
  while (from < levels.length - 1) {
    const first = levels[from]!;
    const slope = (to: number): number =>
      (levels[to]!.score - first.score) / (levels[to]!.place - first.place);
    let to = from + 1;
    for (let i = to + 1; i < levels.length; i++) if (slope(i) >= slope(to)) to = i;
    const last = levels[to]!;
    for (let i = from + 1; i < to; i++) {
      const share = (levels[i]!.place - first.place) / (last.place - first.place);
      const steady = first.score * (1 - share) + last.score * share;
      lag = Math.max(lag, steady - levels[i]!.score);
    }
    from = to;
  }
  return lag;
}

/** T of one series, higher is better; NaN where nothing rises or of fewer than three levels. */
export function lateRise(scale: Vector, scores: Vector): number {
  const levels = levelMeans(scale, scores);
  if (levels.length < FEWEST_LEVELS) return Number.NaN;
  const fit = nonDecreasing(levels.map(({ score }) => score));
  const [lowest, highest] = [fit[0]!, fit.at(-1)!];
  const rise = highest - lowest;
  // What is left of a constant series after rounding is no rise.
  if (!(rise > 1e-12 * Math.max(Math.abs(lowest), Math.abs(highest)))) return Number.NaN;
  const lag = largestLag(levels.map(({ place }, i) => ({ place, score: fit[i]! })));
  return Math.min(lag / rise, 1);
}
