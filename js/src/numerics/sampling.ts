/** What a test of n items shows; formulas and sources stand in core/statistics/intervals.py. */
import { intervals } from "../contract.json";

const { NORMAL_95, ROUNDING } = intervals;

export function wilsonInterval(successes: number, n: number): [number, number] {
  const z2 = NORMAL_95 ** 2;
  const share = successes / n;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (NORMAL_95 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  const lower = successes === 0 ? 0 : Math.max(centre - half, 0);
  const upper = successes === n ? 1 : Math.min(centre + half, 1);
  return [lower, upper];
}

/** Fewest items that show a success with 95% chance. */
export function itemsNeeded(rate: number): number {
  if (Number.isNaN(rate)) return Number.NaN;
  if (rate <= 0) return Number.POSITIVE_INFINITY;
  if (rate >= 1) return 1;
  return Math.max(Math.ceil((Math.log(0.05) / Math.log1p(-rate)) * (1 - ROUNDING)), 1);
}

/** Smallest rate that shows a success among n items with 95% chance. */
export function smallestVisibleRate(n: number): number {
  return -Math.expm1(Math.log(0.05) / n);
}

/**
 * Smallest count whose cumulative binomial probability reaches `uniform`.
 * Weights are taken relative to the mode and normalised by their own sum, so that
 * no log-gamma, with its cancellation at large n, is needed.
 */
export function binomialQuantile(uniform: number, n: number, rate: number): number {
  if (Number.isNaN(rate)) return Number.NaN;
  if (rate <= 0) return 0;
  if (rate >= 1) return n;
  const odds = rate / (1 - rate);
  const mode = Math.min(Math.floor((n + 1) * rate), n);
  let below = 0;
  let lowest = mode;
  for (let weight = 1; lowest > 0; lowest--) {
    weight *= lowest / ((n - lowest + 1) * odds);
    if (weight < 1e-22) break;
    below += weight;
  }
  let above = 0;
  for (let k = mode, weight = 1; k < n; k++) {
    weight *= ((n - k) / (k + 1)) * odds;
    if (weight < 1e-22) break;
    above += weight;
  }
  const total = below + 1 + above;
  const target = uniform * total;
  let cumulative = below + 1;
  let count = mode;
  let weight = 1;
  if (cumulative >= target) {
    while (count > 0 && cumulative - weight >= target) {
      cumulative -= weight;
      weight *= count / ((n - count + 1) * odds);
      count--;
    }
  } else {
    while (count < n && cumulative < target) {
      weight *= ((n - count) / (count + 1)) * odds;
      cumulative += weight;
      count++;
    }
  }
  return count;
}
