/** The map of the atlas: its cells, and the rows, columns and shares that are shown. Twin of programs/atlas_map.py. */
import { wilsonInterval } from "../numerics/sampling.ts";
import {
  type Constants,
  type Controls,
  numeric,
  type Outputs,
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

const NOT_MEASURED = 0;
const TOO_FEW = 1;
const FLAT = 2;
const STEEP_FALL = 3;
const FALL = 4;
const WITHIN = 5;
const ABOVE = 6;
const NO_VERDICT = ABOVE + STEPS_UP.length;

const MEDIANS = ["breakthroughness", "linearity", "null_50", "null_95", "limit", "ratio"] as const;
const FIELDS = [...MEDIANS, "scales"] as const;

/** Arrays by task and metric; of the family the index, or -1. */
export type Cells = Record<(typeof FIELDS)[number] | "family", Vector>;
type Series = Record<(typeof FIELDS)[number], Vector>;

function level(cells: Cells, at: number): number {
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

const GIVEN = 1;
const BY_NAME = 2;
const FIRST_METRIC = 3;
const BY_VERDICT = 1;

/** Tasks that hold every word of the search. */
function matches(controls: Controls, constants: Constants): boolean[] {
  const words = (controls.search as string)
    .toLowerCase()
    .split(" ")
    .filter((word) => word !== "");
  return (constants.task_search as string[]).map((task) =>
    words.every((word) => task.includes(word)),
  );
}

const descending = (a: number, b: number): number => (a > b ? -1 : a < b ? 1 : 0);

function order(
  controls: Controls,
  constants: Constants,
  ratioOf: (task: number, metric: number) => number,
  columns: readonly number[],
): number[] {
  const sort = numeric(controls, "sort");
  const rank = vector(constants, "task_rank");
  const tasks = [...rank.keys()];
  if (sort === GIVEN) return tasks;
  if (sort === BY_NAME) return tasks.sort((a, b) => rank[a]! - rank[b]!);
  const sorted = sort >= FIRST_METRIC ? [sort - FIRST_METRIC] : columns;
  const keys = tasks.map((task) => {
    const ratios = sorted.map((column) => ratioOf(task, column));
    const steepest = ratios.reduce((most, one) => (one > most ? one : most), -Infinity);
    const jumps = sort >= FIRST_METRIC ? 0 : ratios.filter((one) => one > 1).length;
    return [jumps, steepest] as const;
  });
  return tasks.sort(
    (a, b) => descending(keys[a]![0], keys[b]![0]) || descending(keys[a]![1], keys[b]![1]) || a - b,
  );
}

/** By metric: tasks with a jump among those that could show one. */
function shares(
  found: readonly number[],
  columns: readonly number[],
  isSharp: ArrayLike<number>,
  ratioOf: (task: number, metric: number) => number,
): Outputs {
  const tasks = new Float64Array(columns.length);
  const jumps = new Float64Array(columns.length);
  const share = new Float64Array(columns.length).fill(Number.NaN);
  const [lower, upper] = [share.slice(), share.slice()];
  let [total, sharp] = [0, 0];
  columns.forEach((metric, at) => {
    const ratios = found.map((task) => ratioOf(task, metric)).filter((one) => !Number.isNaN(one));
    const n = ratios.length;
    const above = ratios.filter((one) => one > 1).length;
    tasks[at] = n;
    jumps[at] = above;
    total += above;
    if (isSharp[metric]! > 0) sharp += above;
    if (n === 0) return;
    share[at] = above / n;
    [lower[at], upper[at]] = wilsonInterval(above, n);
  });
  return {
    share_tasks: tasks,
    share_jumps: jumps,
    share,
    share_lower: lower,
    share_upper: upper,
    jumps: total,
    jumps_sharp: sharp,
    jumps_sharp_share: total > 0 ? sharp / total : Number.NaN,
  };
}

function message(rows: number, found: number, controls: Controls): string {
  if (rows > 0) return "";
  if (found > 0) return "None of these tasks jumps under the metrics shown.";
  if ((controls.search as string).replaceAll(" ", "") !== "") {
    return "No task has this in its name.";
  }
  const shown = (controls.kinds as readonly boolean[]).includes(true);
  return shown ? "No task was measured." : "No metric is shown.";
}

export function atlasMap(controls: Controls, constants: Constants, cells: Cells): Outputs {
  const kinds = controls.kinds as readonly boolean[];
  const kind = vector(constants, "metric_kind");
  const columns = [...kind.keys()].filter((metric) => kinds[kind[metric]!]);
  const { shape, data: pair } = tensor(constants, "pair");
  const width = shape[1]!;
  const ratioOf = (task: number, metric: number): number => cells.ratio[task * width + metric]!;
  const matching = matches(controls, constants);
  const isFound = (task: number): boolean =>
    matching[task]! && columns.some((metric) => pair[task * width + metric]! >= 0);
  const found = matching.flatMap((_, task) => (isFound(task) ? [task] : []));
  const jumpsOnly = controls.jumps_only === true;
  const rows = order(controls, constants, ratioOf, columns).filter(
    (task) => isFound(task) && (!jumpsOnly || columns.some((metric) => ratioOf(task, metric) > 1)),
  );
  const part = (value: (at: number) => number): Float64Array => {
    const values = new Float64Array(rows.length * columns.length);
    let next = 0;
    for (const task of rows) {
      for (const metric of columns) values[next++] = value(task * width + metric);
    }
    return values;
  };
  const outcome = vector(constants, "pair_outcome");
  const byVerdict = numeric(controls, "colour") === BY_VERDICT;
  const levelOf = (at: number): number => {
    const found = level(cells, at);
    return byVerdict && found !== NOT_MEASURED ? NO_VERDICT + 1 + outcome[at]! : found;
  };
  return {
    map_rows: Float64Array.from(rows),
    map_columns: Float64Array.from(columns),
    map_level: part(levelOf),
    map_ratio: part((at) => cells.ratio[at]!),
    map_breakthroughness: part((at) => cells.breakthroughness[at]!),
    map_limit: part((at) => cells.limit[at]!),
    map_scales: part((at) => cells.scales[at]!),
    map_by_verdict: byVerdict,
    map_message: message(rows.length, found.length, controls),
    ...shares(found, columns, vector(constants, "metric_sharp"), ratioOf),
  };
}
