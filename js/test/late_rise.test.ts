import { describe, expect, it } from "vitest";
import { lateRise } from "../src/numerics/late_rise.ts";
import { lateBeyondNoise, turned } from "../src/programs/program.ts";

const SIZES = Float64Array.of(1, 10, 100, 1e3, 1e4);
const late = (...scores: number[]) => lateRise(SIZES, Float64Array.from(scores));

describe("late rise", () => {
  it("is the share of the range that a step waits, with a flat tail or without", () => {
    expect(late(0, 0, 0, 0, 1)).toBeCloseTo(3 / 4, 14);
    expect(late(0, 0, 0, 1, 1)).toBeCloseTo(2 / 3, 14);
  });

  it("is 0 of steady and of shrinking gains", () => {
    expect(late(0, 0.25, 0.5, 0.75, 1)).toBeCloseTo(0, 14);
    expect(late(0, 0.6, 0.8, 0.9, 0.95)).toBeCloseTo(0, 14);
  });

  it("is not there where nothing rises, or of fewer than three scales", () => {
    expect(late(5, 4, 3, 2, 1)).toBeNaN();
    expect(late(1, 1, 1, 1, 1)).toBeNaN();
    expect(late(0.1 + 0.2, 0.3, 0.3, 0.3, 0.1 + 0.2)).toBeNaN();
    expect(late(0, Number.NaN, Number.NaN, Number.NaN, 1)).toBeNaN();
    expect(lateRise(Float64Array.of(), Float64Array.of())).toBeNaN();
  });

  it("falls nowhere: scores that do are averaged with their neighbours", () => {
    expect(late(0, 0.2, -0.2, 0, 1)).toBeCloseTo(3 / 4, 14);
  });

  it("takes scales in any order, averages equal ones and leaves out what was not measured", () => {
    const scale = Float64Array.of(100, 1, 10, 1, 1000, 10);
    const scores = Float64Array.of(1, 0.1, 0, -0.1, Number.NaN, 0);
    expect(lateRise(scale, scores)).toBeCloseTo(1 / 2, 14);
  });
});

describe("a rise beyond the noise", () => {
  const series = (first: number, last: number) => ({
    scale: SIZES,
    score: Float64Array.of(0, 0, 0, 0, 1),
    lower: Float64Array.of(-1, -1, -1, -1, last),
    upper: Float64Array.of(first, 1, 1, 1, 2),
  });

  it("has an interval of the difference above 0", () => {
    // The rise is 1, and 0.6 and 0.8 are the legs of a triangle whose third side is 1.
    expect(lateBeyondNoise(series(0.79, 0.4))).toBeCloseTo(3 / 4, 14);
    expect(lateBeyondNoise(series(0.81, 0.4))).toBeNaN();
  });

  it("is not asked for where intervals are unknown", () => {
    expect(lateBeyondNoise(series(Number.NaN, 0.5))).toBeCloseTo(3 / 4, 14);
  });

  it("turns the ends of intervals with the scores", () => {
    const falls = turned(series(0.4, 0.5));
    expect([falls.lower[4], falls.upper[4], falls.score[4]]).toEqual([-2, -0.5, -1]);
    expect(lateBeyondNoise(falls)).toBeNaN();
    expect(lateBeyondNoise(turned(falls))).toBeCloseTo(3 / 4, 14);
  });
});
