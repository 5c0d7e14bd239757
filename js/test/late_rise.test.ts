import { describe, expect, it } from "vitest";
import { lag } from "../src/numerics/late_rise.ts";
import { lateRiseShown } from "../src/programs/late.ts";
import { type Series, turned } from "../src/programs/program.ts";

const SIZES = Float64Array.of(1, 10, 100, 1e3, 1e4);
const ACROSS = { left: 0, right: 4, logarithmic: true };
const late = (...scores: number[]) => lag(SIZES, Float64Array.from(scores)).late;
const lateBeyondNoise = (series: Series) => lateRiseShown("", series, ACROSS).late_;

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
    expect(lag(Float64Array.of(), Float64Array.of()).late).toBeNaN();
  });

  it("falls nowhere: scores that do are averaged with their neighbours", () => {
    expect(late(0, 0.2, -0.2, 0, 1)).toBeCloseTo(3 / 4, 14);
  });

  it("takes scales in any order, averages equal ones and leaves out what was not measured", () => {
    const scale = Float64Array.of(100, 1, 10, 1, 1000, 10);
    const scores = Float64Array.of(1, 0.1, 0, -0.1, Number.NaN, 0);
    expect(lag(scale, scores).late).toBeCloseTo(1 / 2, 14);
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

describe("what shows it", () => {
  const known = Float64Array.of(0, 0, 0, 0, 1);
  const step: Series = { scale: SIZES, score: known, lower: known, upper: known };
  const shown = (series: Series, options = {}) => lateRiseShown("m", series, ACROSS, options);

  it("is a bracket from the fit up to steady gains, and its number in the strip's words", () => {
    const found = shown(step);
    const { lag_scale_m: at, lag_from_m: from, lag_to_m: to, lag_label_m: number } = found;
    expect([at, from, to, number]).toEqual([1e3, 0, 0.75, "T 0.75"]);
    expect([found.lag_label_scale_m, found.lag_label_score_m]).toEqual([1e3, 0.75]);
  });

  it("is upside down where lower is better, and runs back where the scale falls", () => {
    const falls = shown(turned(step), { falls: true });
    expect([falls.late_m, falls.lag_from_m, falls.lag_to_m]).toEqual([0.75, -0, -0.75]);
    const backwards = { ...step, scale: SIZES.map((size) => 1 / size).reverse() };
    for (const name of ["score", "lower", "upper"] as const) {
      backwards[name] = step[name].slice().reverse();
    }
    const found = lateRiseShown(
      "m",
      backwards,
      { ...ACROSS, left: 0, right: -4 },
      {
        scaleFalls: true,
      },
    );
    expect([found.late_m, found.lag_scale_m]).toEqual([0.75, 1e-3]);
  });

  it("is nothing where gains are steady, and leaves the number room at the left", () => {
    const straight = Float64Array.of(0, 1, 2, 3, 4);
    const even = shown({ ...step, score: straight, lower: straight, upper: straight });
    expect(even.late_m).toBeCloseTo(0, 14);
    expect([even.lag_label_m, (even.steady_scale_m as Float64Array).length]).toEqual(["", 0]);
    const early = Float64Array.of(0, 0, 1, 1.2, 1.3);
    const soon = lateRiseShown(
      "m",
      { ...step, score: early, lower: early, upper: early },
      { left: 0.95, right: 9, logarithmic: true },
    );
    expect(soon.lag_scale_m).toBe(10);
    expect(Math.log10(soon.lag_label_scale_m as number)).toBeCloseTo(0.95 + 0.25 * 8.05, 12);
  });
});
