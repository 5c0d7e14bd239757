/** Explained by the loss X, without its interval; see core/statistics/explained_by_loss.py. */
import { explained_by_loss as shared } from "../contract.json";
import { interpolated } from "./interpolated.ts";
import { nonDecreasing } from "./late_rise.ts";
import { steadyFit } from "./steady_fit.ts";

const { HALF, WORTH_SPEAKING_OF, TWICE, ROUNDS, LEAST_SLOPE, LEAST_LOSS } = shared;

export interface Run {
  level: number;
  /** In nats. */
  loss: number;
  /** Of the way from chance to the best score. */
  share: number;
}

type Link = (x: readonly number[], share: readonly number[], wanted: readonly number[]) => Linked;
interface Linked {
  predicted: number[];
  /** Root mean squared. */
  error: number;
}

/** X, and the shares that a smooth loss predicts at the levels; nothing where no share rises. */
export function explainedByLoss(
  levels: readonly number[],
  runs: readonly Run[],
): { share: number; predicted: number[] } | undefined {
  const place = levels.map(Math.log10);
  const count = levels.map(() => 0);
  const [loss, score] = [levels.map(() => 0), levels.map(() => 0)];
  for (const run of runs) {
    count[run.level]! += 1;
    loss[run.level]! += run.loss;
    score[run.level]! += run.share;
  }
  count.forEach((n, level) => {
    loss[level]! /= n;
    score[level]! /= n;
  });
  const rising = nonDecreasing(score);
  const rise = rising.at(-1)! - rising[0]!;
  if (!(rise > 1e-12)) return undefined;
  const [start, end] = steepestStretch(place, rising);
  const gains = loss.map((nats) => -nats);
  const wanted = steadyFit(place, gains, count).map((gain) =>
    Math.log(Math.max(-gain, LEAST_LOSS)),
  );
  const x = runs.map((run) => Math.log(Math.max(run.loss, LEAST_LOSS)));
  const shares = runs.map((run) => run.share);
  const smooth = logLog(x, shares, wanted);
  const rough = curveThrough(x, shares, wanted);
  const misfits = smooth.error > Math.max(TWICE * rough.error, WORTH_SPEAKING_OF * rise);
  const { predicted } = misfits ? rough : smooth;
  const share = (predicted[end]! - predicted[start]!) / (score[end]! - score[start]!);
  return { share, predicted };
}

/** The narrowest stretch that holds half of the rise of a non-decreasing curve; then tallest. */
function steepestStretch(place: readonly number[], rising: readonly number[]): [number, number] {
  const rise = rising.at(-1)! - rising[0]!;
  const stretches: { start: number; end: number; width: number; height: number }[] = [];
  for (let start = 0; start < place.length; start++) {
    for (let end = start + 1; end < place.length; end++) {
      const height = rising[end]! - rising[start]!;
      const width = place[end]! - place[start]!;
      if (height >= HALF * rise * (1 - 1e-9)) stretches.push({ start, end, width, height });
    }
  }
  const narrowest = Math.min(...stretches.map(({ width }) => width)) * (1 + 1e-9);
  const narrow = stretches.filter(({ width }) => width <= narrowest);
  const tallest = Math.max(...narrow.map(({ height }) => height)) - 1e-9 * rise;
  const { start, end } = narrow.find(({ height }) => height >= tallest)!;
  return [start, end];
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);

/** Least squares of `exp(-exp(a + b x))`, b above 0, by damped Newton steps. */
const logLog: Link = (places, share, wanted) => {
  const height = share.map((one) => Math.log(-Math.log(Math.min(Math.max(one, 0.01), 0.99))));
  const middle = sum(places) / places.length;
  const x = places.map((place) => place - middle);
  const along = sum(x.map((place, i) => place * height[i]!));
  const squares = sum(x.map((place) => place * place));
  let b = Math.max(along / Math.max(squares, 1e-12), 0.05);
  let a = sum(height) / height.length;
  const value = (a: number, b: number, place: number): [odds: number, share: number] => {
    const odds = Math.exp(Math.min(Math.max(a + b * place, -40), 40));
    return [odds, Math.exp(-odds)];
  };
  const misfit = (a: number, b: number) => {
    let [one, cross, two, down, across, cost] = [0, 0, 0, 0, 0, 0];
    x.forEach((place, i) => {
      const [odds, predicted] = value(a, b, place);
      const slope = -odds * predicted;
      const left = share[i]! - predicted;
      one += slope ** 2;
      cross += slope ** 2 * place;
      two += slope ** 2 * place ** 2;
      down += slope * left;
      across += slope * left * place;
      cost += left ** 2;
    });
    return { one, cross, two, down, across, cost };
  };
  let best = misfit(a, b);
  let damping = 1e-3;
  for (let round = 0; round < ROUNDS; round++) {
    const one = best.one * (1 + damping) + 1e-12;
    const two = best.two * (1 + damping) + 1e-12;
    const size = one * two - best.cross ** 2;
    const triedA = a + (two * best.down - best.cross * best.across) / size;
    const triedB = Math.max(b + (one * best.across - best.cross * best.down) / size, LEAST_SLOPE);
    const tried = misfit(triedA, triedB);
    if (!(tried.cost <= best.cost)) {
      damping *= 4;
      continue;
    }
    const gained = best.cost - tried.cost;
    [a, b, best, damping] = [triedA, triedB, tried, damping / 3];
    if (gained <= 1e-12 * best.cost + 1e-18) break;
  }
  const predicted = wanted.map((place) => value(a, b, place - middle)[1]);
  return { predicted, error: Math.sqrt(best.cost / x.length) };
};

/** Least-squares non-increasing curve, straight between the runs. */
const curveThrough: Link = (places, share, wanted) => {
  const order = places.map((_, i) => i).sort((i, j) => places[i]! - places[j]!);
  const x = order.map((i) => places[i]!);
  const y = order.map((i) => share[i]!);
  const fit = nonDecreasing(y.map((one) => -one)).map((one) => -one);
  const error = Math.sqrt(sum(fit.map((one, i) => (one - y[i]!) ** 2)) / y.length);
  return { predicted: wanted.map((place) => interpolated(place, x, fit)), error };
};
