import { describe, expect, it } from "vitest";
import { erfc, normalCdf } from "../src/numerics/normal.ts";

// scipy.special.ndtr
const NDTR: readonly (readonly [number, number])[] = [
  [-37.5, 4.605353009581954e-308],
  [-30, 4.906713927147908e-198],
  [-20, 2.7536241186061556e-89],
  [-10, 7.61985302416047e-24],
  [-8.3, 5.2055697448902465e-17],
  [-6, 9.865876450376946e-10],
  [-5.6569, 7.70657524507136e-9],
  [-5, 2.866515718791933e-7],
  [-3, 0.0013498980316300933],
  [-2, 0.022750131948179195],
  [-1, 0.15865525393145707],
  [-0.67, 0.25142889509531013],
  [-0.6629, 0.2536973008682368],
  [-0.5, 0.3085375387259869],
  [-0.00001, 0.49999601057719606],
  [1e-300, 0.5],
  [0.1, 0.539827837277029],
  [0.6, 0.7257468822499265],
  [0.7, 0.758036347776927],
  [1, 0.8413447460685429],
  [2, 0.9772498680518208],
  [3, 0.9986501019683699],
  [5.7, 0.9999999940096286],
  [8, 0.9999999999999993],
];

describe("normal distribution", () => {
  it.each(NDTR)("agrees with scipy at %s", (x, expected) => {
    expect(Math.abs(normalCdf(x) / expected - 1)).toBeLessThan(1e-12);
  });

  it("adds up to one with its mirror image", () => {
    for (let x = 0; x < 9; x += 0.01) expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 14);
  });

  it("rises without a seam between its approximations", () => {
    for (const seam of [0.46875, 4]) {
      const [below, above] = [erfc(seam * (1 - 1e-9)), erfc(seam * (1 + 1e-9))];
      expect(above).toBeLessThan(below);
      expect(below / above - 1).toBeLessThan(1e-7);
    }
  });

  it("keeps its ends", () => {
    expect([-1e308, Number.NEGATIVE_INFINITY].map(normalCdf)).toEqual([0, 0]);
    expect([1e308, Number.POSITIVE_INFINITY].map(normalCdf)).toEqual([1, 1]);
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(Number.NaN)).toBeNaN();
  });
});
