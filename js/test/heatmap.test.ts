import { describe, expect, it } from "vitest";
import { nextCell } from "../src/heatmap_keys.ts";
import { same } from "../src/heatmap_values.ts";

/** Tasks and metrics in the order in which they are shown. */
const grid = { rows: [7, 3, 5], columns: [2, 0] };

describe("keys on the heat map", () => {
  it("walk the cells in the order in which they are shown", () => {
    expect(nextCell("ArrowDown", [7, 2], grid)).toEqual([3, 2]);
    expect(nextCell("ArrowUp", [5, 0], grid)).toEqual([3, 0]);
    expect(nextCell("ArrowRight", [7, 2], grid)).toEqual([7, 0]);
    expect(nextCell("ArrowLeft", [3, 0], grid)).toEqual([3, 2]);
  });

  it("stop at the edges", () => {
    expect(nextCell("ArrowUp", [7, 2], grid)).toBeUndefined();
    expect(nextCell("ArrowDown", [5, 0], grid)).toBeUndefined();
    expect(nextCell("ArrowLeft", [7, 2], grid)).toBeUndefined();
    expect(nextCell("ArrowRight", [7, 0], grid)).toBeUndefined();
  });

  it("reach the ends of a column", () => {
    expect(nextCell("Home", [5, 0], grid)).toEqual([7, 0]);
    expect(nextCell("End", [7, 0], grid)).toEqual([5, 0]);
    expect(nextCell("PageDown", [7, 0], grid)).toEqual([5, 0]);
    expect(nextCell("PageUp", [5, 0], grid)).toEqual([7, 0]);
  });

  it("begin at the first cell where the chosen one is hidden", () => {
    expect(nextCell("Enter", [9, 9], grid)).toEqual([7, 2]);
    expect(nextCell("ArrowDown", [9, 0], grid)).toEqual([3, 0]);
  });

  it("that are not ours, and a map without rows, lead nowhere", () => {
    expect(nextCell("a", [7, 2], grid)).toBeUndefined();
    expect(nextCell("End", [7, 2], { rows: [], columns: [2] })).toBeUndefined();
  });
});

describe("values on the heat map", () => {
  it("are the same where every number is, gaps included", () => {
    const tensor = (...data: number[]) => ({ shape: [data.length], data: Float64Array.from(data) });
    expect(same(tensor(1, Number.NaN), tensor(1, Number.NaN))).toBe(true);
    expect(same(tensor(1, 2), tensor(1, 3))).toBe(false);
    expect(same(tensor(1), tensor(1, 2))).toBe(false);
    expect(same(undefined, undefined)).toBe(false);
  });
});
