import { describe, expect, it } from "vitest";
import { explainedByLoss, type Run } from "../src/numerics/explained_by_loss.ts";
import { nonNegative, steadyFit } from "../src/numerics/steady_fit.ts";

let state = 7;
/** Evenly from 0 to 1 (Park and Miller 1988). */
const random = (): number => {
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
};
const LEVELS = Array.from({ length: 12 }, (_, i) => 100 * 4 ** i);
const runsOf = (loss: readonly number[], share = (nats: number) => Math.exp(-5 * nats)): Run[] =>
  loss.map((nats, level) => ({ level, loss: nats, share: share(nats) }));

describe("what a smooth loss explains", () => {
  it("is all of the rise of a power law, and predicts its scores", () => {
    const runs = runsOf(LEVELS.map((size) => 2 * (size / 1e3) ** -0.3));
    const found = explainedByLoss(LEVELS, runs)!;
    expect(found.share).toBeCloseTo(1, 3);
    for (const [i, share] of found.predicted.entries()) {
      expect(share).toBeCloseTo(runs[i]!.share, 3);
    }
  });

  it("is little where the loss itself breaks", () => {
    const found = explainedByLoss(LEVELS, runsOf(LEVELS.map((_, i) => (i < 6 ? 1 : 0.05))))!;
    expect(found.share).toBeLessThan(0.5);
  });

  it("is nothing where no score rises", () => {
    expect(explainedByLoss(LEVELS, runsOf(LEVELS.map(() => 1)))).toBeUndefined();
  });

  it("rises with the scale, stays between the ends, and takes under a millisecond", () => {
    const worlds = Array.from({ length: 100 }, () =>
      runsOf(LEVELS.map((_, i) => (2 + random()) * Math.exp(-0.4 * i))),
    );
    const started = performance.now();
    const found = worlds.map((runs) => explainedByLoss(LEVELS, runs)!);
    expect((performance.now() - started) / worlds.length).toBeLessThan(1);
    for (const { predicted } of found) {
      predicted.forEach((share, i) => {
        expect(share).toBeGreaterThanOrEqual(i === 0 ? 0 : predicted[i - 1]! - 1e-12);
        expect(share).toBeLessThanOrEqual(1);
      });
    }
  });
});

describe("the fit of steady gains", () => {
  it("rises by less and less, and no such curve that is near it is nearer to the values", () => {
    const place = LEVELS.map(Math.log10);
    for (let world = 0; world < 100; world++) {
      const values = place.map((at) => 2 * random() + random() * Math.sqrt(at));
      const weights = place.map(() => 1 + Math.floor(3 * random()));
      const fit = steadyFit(place, values, weights);
      const slopes = fit.slice(1).map((one, i) => (one - fit[i]!) / (place[i + 1]! - place[i]!));
      slopes.forEach((slope, i) => {
        expect(slope).toBeGreaterThanOrEqual(-1e-9);
        if (i > 0) expect(slope).toBeLessThanOrEqual(slopes[i - 1]! + 1e-9);
      });
      // Towards any other such curve the distance grows: the residual makes no sharp angle with it.
      const other = place.map((at) => Math.log(1 + at * random()));
      const steady = steadyFit(place, other, weights);
      const angle = fit.reduce(
        (sum, one, i) => sum + weights[i]! * (values[i]! - one) * (steady[i]! - one),
        0,
      );
      expect(angle).toBeLessThanOrEqual(1e-8);
    }
  });

  it("has no coefficient below 0", () => {
    expect(
      nonNegative(
        [
          [1, 0],
          [0, 1],
        ],
        [2, -3],
      ),
    ).toEqual([2, 0]);
  });
});
