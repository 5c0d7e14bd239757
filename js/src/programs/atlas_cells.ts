/** What every cell of the atlas holds. Twin of programs/atlas_cells.py. */
import {
  type Constants,
  type Controls,
  numeric,
  row,
  tensor,
  type Vector,
  vector,
} from "./program.ts";

const MOST_SCALES = 0;
const MEDIAN = 1;
const FIRST_FAMILY = 2;
const STEPS = 1;
const FEWEST_SCALES = 3;
const STEPS_UP = [1, 2, 4, 8] as const;

export const NOT_MEASURED = 0;
const TOO_FEW = 1;
const FLAT = 2;
const STEEP_FALL = 3;
const FALL = 4;
const WITHIN = 5;
const ABOVE = 6;
export const NO_VERDICT = ABOVE + STEPS_UP.length;

const MEDIANS = ["breakthroughness", "linearity", "null_50", "null_95", "limit", "ratio"] as const;
const FIELDS = [...MEDIANS, "scales"] as const;

/** Arrays by task and metric; of the family the index, or -1. */
export type Cells = Record<(typeof FIELDS)[number] | "family", Vector>;
type Series = Record<(typeof FIELDS)[number], Vector>;

export function level(cells: Cells, at: number): number {
  const [ratio, scales] = [cells.ratio[at]!, cells.scales[at]!];
  if (Number.isNaN(scales)) return NOT_MEASURED;
  if (scales < FEWEST_SCALES) return TOO_FEW;
  if (Number.isNaN(ratio)) return FLAT;
  if (ratio < 0) return ratio < -1 ? STEEP_FALL : FALL;
  const above = STEPS_UP.filter((step) => ratio > step).length;
  return above === 0 ? WITHIN : ABOVE - 1 + above;
}

function readSeries(controls: Controls, constants: Constants): Series {
  const kind = numeric(controls, "scale");
  const of = (name: string): Vector => row(tensor(constants, `series_${name}`), kind);
  const scales = of("scales");
  const nullOf = (name: string): Vector => {
    const known = vector(constants, name);
    return scales.map((n) => known[Math.min(n, known.length - 1)]!);
  };
  const null95 = nullOf("null_95");
  const steps = numeric(controls, "limit") === STEPS;
  const limit = null95.map((noise, at) => {
    const even = scales[at]! >= FEWEST_SCALES ? 2 * (scales[at]! - 1) : Number.NaN;
    return steps ? Math.max(noise, even) : noise;
  });
  const breakthroughness = of("breakthroughness");
  return {
    breakthroughness,
    linearity: of("linearity"),
    null_50: nullOf("null_50"),
    null_95: null95,
    limit,
    ratio: breakthroughness.map((b, at) => b / limit[at]!),
    scales,
  };
}

/** Series that a pair of task and metric is read from. */
function choose(
  from: number,
  to: number,
  family: number,
  shown: readonly boolean[],
  families: Vector,
  scales: Vector,
): number[] {
  const all = Array.from({ length: to - from }, (_, i) => from + i);
  if (family >= FIRST_FAMILY) return all.filter((one) => families[one] === family - FIRST_FAMILY);
  const mine = all.filter((one) => shown[families[one]!]);
  if (family !== MOST_SCALES) return mine;
  return mine.sort((a, b) => scales[b]! - scales[a]!).slice(0, 1);
}

function median(values: number[]): number {
  values.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return (values[(values.length - 1) >> 1]! + values[values.length >> 1]!) / 2;
}

/** Numbers of a cell: of one series, or medians over those that have a ratio. */
function numbersOf(series: Series, mine: readonly number[]): number[] {
  if (mine.length === 1) return FIELDS.map((name) => series[name][mine[0]!]!);
  const known = mine.filter((one) => !Number.isNaN(series.ratio[one]!));
  const scales = (known.length > 0 ? known : mine).map((one) => series.scales[one]!);
  if (known.length === 0) return [...MEDIANS.map(() => Number.NaN), Math.max(...scales)];
  const medians = MEDIANS.map((name) => median(known.map((one) => series[name][one]!)));
  return [...medians, Math.min(...scales)];
}

export function readCells(controls: Controls, constants: Constants): Cells {
  const series = readSeries(controls, constants);
  const pair = vector(constants, "pair");
  const offsets = vector(constants, "series_offsets");
  const families = vector(constants, "series_family");
  const shown = controls.families as readonly boolean[];
  const family = numeric(controls, "family");
  const tables = Object.fromEntries(
    [...FIELDS, "family"].map((name) => [
      name,
      new Float64Array(pair.length).fill(name === "family" ? -1 : Number.NaN),
    ]),
  ) as Cells;
  pair.forEach((at, cell) => {
    if (at < 0) return;
    const mine = choose(offsets[at]!, offsets[at + 1]!, family, shown, families, series.scales);
    if (mine.length === 0) return;
    const values = numbersOf(series, mine);
    FIELDS.forEach((name, i) => {
      tables[name][cell] = values[i]!;
    });
    if (family !== MEDIAN) tables.family[cell] = families[mine[0]!]!;
  });
  return tables;
}
