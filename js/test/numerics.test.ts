import { describe, expect, it } from "vitest";
import { formatScale } from "../src/formats.ts";
import { atLeastRight, failureMoment, multipleChoiceGrade } from "../src/numerics/expectations.ts";
import { breakthroughness } from "../src/numerics/measures.ts";
import { scoreSpread } from "../src/numerics/mirage.ts";
import {
  binomialQuantile,
  itemsNeeded,
  smallestVisibleRate,
  wilsonInterval,
} from "../src/numerics/sampling.ts";
import { decodeConstants, encodeOutputs } from "../src/tensors.ts";

describe("sampling", () => {
  it("gives the published numbers of items", () => {
    expect([3, 5, 10].map((length) => itemsNeeded(0.5 ** length))).toEqual([23, 95, 3067]);
  });

  it("sees its own smallest visible rate with just n items", () => {
    for (const n of [1, 2, 3, 10, 1000, 123457]) {
      expect(itemsNeeded(smallestVisibleRate(n))).toBe(n);
    }
  });

  it("keeps Wilson's bounds exact at both ends", () => {
    expect(wilsonInterval(0, 10)[0]).toBe(0);
    expect(wilsonInterval(10, 10)[1]).toBe(1);
  });

  it("inverts the binomial distribution", () => {
    expect(binomialQuantile(0.5, 1, 0.4)).toBe(0);
    expect(binomialQuantile(0.61, 1, 0.4)).toBe(1);
    expect(binomialQuantile(0.5, 100, 0.5)).toBe(50);
    expect(binomialQuantile(0.5, 1_000_000, 1e-9)).toBe(0);
  });
});

describe("expectations", () => {
  it("has the limits of the item spread", () => {
    expect(atLeastRight(0.3, 0.7, 5, 5, Number.POSITIVE_INFINITY)).toBeCloseTo(0.3 ** 5, 14);
    expect(atLeastRight(0.3, 0.7, 5, 5, 1e-9)).toBeCloseTo(0.3, 7);
    expect(failureMoment(0.7, 2, 1e-9)).toBeCloseTo(0.7, 7);
  });

  it("scores at chance without skill and equals the right option's mass at noise one", () => {
    expect(multipleChoiceGrade(0, 1, 4, 0.3, 10)).toBe(0.25);
    expect(multipleChoiceGrade(0.5, 0.5, 4, 1, Number.POSITIVE_INFINITY)).toBeCloseTo(0.625, 14);
  });

  it("integrates over items that differ", () => {
    // By scipy.integrate.quad over the Beta distribution.
    expect(multipleChoiceGrade(0.28, 0.72, 20, 0.05, 0.5)).toBeCloseTo(0.63422737, 5);
    expect(multipleChoiceGrade(0.6, 0.4, 4, 0.3, 3)).toBeCloseTo(0.95117453439, 9);
  });
});

describe("spread over items", () => {
  it("is the Beta-binomial's", () => {
    // By scipy.stats.betabinom(5, 3 * (1 - p), 3 * p).std() with p = exp(-0.5).
    const items = { length: 5, options: 4, concentration: 3 };
    const { token_edit_distance, token_success } = scoreSpread(Float64Array.of(0.5), items);
    expect(token_edit_distance[0]).toBeCloseTo(1.5448340316719822, 12);
    expect(token_success[0]).toBeCloseTo(1.5448340316719822 / 5, 12);
  });
});

describe("breakthroughness", () => {
  it("is n - 1 for a ramp, nan for a constant and leaves gaps out", () => {
    expect(breakthroughness(Float64Array.of(0, 1, 2, 3))).toBe(3);
    expect(breakthroughness(Float64Array.of(2, 2, 2))).toBeNaN();
    expect(breakthroughness(Float64Array.of(0, Number.NaN, 1, 2))).toBe(2);
    expect(breakthroughness(Float64Array.of(3, 2, 1))).toBe(-2);
  });

  it("has no scale that is too small or too great, and no finite rise to infinity", () => {
    for (const unit of [1e-320, 1e-200, 1e200]) {
      const ramp = Float64Array.of(0, unit, 2 * unit, 3 * unit);
      expect(breakthroughness(ramp)).toBeCloseTo(3, 3);
    }
    expect(breakthroughness(Float64Array.of(0, 1, Number.POSITIVE_INFINITY))).toBeNaN();
  });
});

describe("texts", () => {
  it("says scales as people do", () => {
    expect([1e7, 1.3e9, 2e22, 0, Infinity].map(formatScale)).toEqual([
      "10M",
      "1.3B",
      "2×10²²",
      "0",
      "∞",
    ]);
  });
});

describe("tensors", () => {
  it("survive the way to Python and back, from an unaligned buffer too", () => {
    const encoded = encodeOutputs({ curve: Float64Array.of(1, Number.NaN, 3), one: 4, word: "w" });
    const { shape, data } = encoded.curve as { shape: number[]; data: DataView };
    const shifted = new Uint8Array(data.byteLength + 1);
    shifted.set(new Uint8Array(data.buffer), 1);
    const wire = { curve: { shape, data: new DataView(shifted.buffer, 1) }, word: encoded.word };
    expect(decodeConstants(wire)).toEqual({
      curve: { shape: [3], data: Float64Array.of(1, Number.NaN, 3) },
      word: "w",
    });
  });
});
