/** The map of the atlas: its cells, and the rows, columns and shares that are shown. Twin of programs/atlas_map.py. */
import { late_rise, atlas_map as shared } from "../contract.json";
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

const { LATE, LEAST_LATE } = late_rise;
const { NOT_RISING, RISES, TOO_FEW, NOT_MEASURED, FIRST_SHAPE, NO_VERDICT } = shared;
const { STEPS_UP } = shared;

const MOST_SCALES = 0;
const MEDIAN = 1;
const FIRST_FAMILY = 2;
/** What T must exceed to count as late, by the control. */
export const LIMITS = [LATE, LEAST_LATE] as const;

const FIELDS = ["shape", "late", "breakthroughness", "tested", "scales"] as const;

/** Arrays by task and metric; of the family the index, or -1. */
export type Cells = Record<(typeof FIELDS)[number] | "family", Vector>;
type Series = Record<(typeof FIELDS)[number], Vector>;

export function levelOf(cells: Cells, at: number): number {
  const shape = cells.shape[at]!;
  if (Number.isNaN(cells.scales[at]!)) return NOT_MEASURED;
  if (Number.isNaN(shape)) return TOO_FEW;
  return FIRST_SHAPE + shape + STEPS_UP.filter((step) => cells.late[at]! > step).length;
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

/** Numbers of a cell: of one series, or of those with enough points; see programs/atlas_map.py. */
function numbersOf(series: Series, mine: readonly number[]): number[] {
  if (mine.length === 1) return FIELDS.map((name) => series[name][mine[0]!]!);
  const known = mine.filter((one) => !Number.isNaN(series.shape[one]!));
  const scales = (known.length > 0 ? known : mine).map((one) => series.scales[one]!);
  const nothing = Number.NaN;
  if (known.length === 0) return [nothing, nothing, nothing, nothing, Math.max(...scales)];
  const first = series.shape[known[0]!]!;
  let shape = known.every((one) => series.shape[one] === first) ? first : NOT_RISING;
  let late = nothing;
  const rising = known.filter((one) => series.shape[one] === RISES);
  if (2 * rising.length > known.length) {
    shape = RISES;
    late = median(rising.map((one) => series.late[one]!));
  }
  const steep = known
    .map((one) => series.breakthroughness[one]!)
    .filter((one) => !Number.isNaN(one));
  const tested = Math.min(...known.map((one) => series.tested[one]!));
  return [shape, late, steep.length > 0 ? median(steep) : nothing, tested, Math.min(...scales)];
}

export function readCells(controls: Controls, constants: Constants): Cells {
  const scale = numeric(controls, "scale");
  const series = Object.fromEntries(
    FIELDS.map((name) => [name, row(tensor(constants, `series_${name}`), scale)]),
  ) as Series;
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
  lateOf: (task: number, metric: number) => number,
  columns: readonly number[],
): number[] {
  const sort = numeric(controls, "sort");
  const limit = LIMITS[numeric(controls, "limit")]!;
  const rank = vector(constants, "task_rank");
  const tasks = [...rank.keys()];
  if (sort === GIVEN) return tasks;
  if (sort === BY_NAME) return tasks.sort((a, b) => rank[a]! - rank[b]!);
  const sorted = sort >= FIRST_METRIC ? [sort - FIRST_METRIC] : columns;
  const keys = tasks.map((task) => {
    const late = sorted.map((column) => lateOf(task, column));
    const latest = late.reduce((most, one) => (one > most ? one : most), -Infinity);
    const count = sort >= FIRST_METRIC ? 0 : late.filter((one) => one > limit).length;
    return [count, latest] as const;
  });
  return tasks.sort(
    (a, b) => descending(keys[a]![0], keys[b]![0]) || descending(keys[a]![1], keys[b]![1]) || a - b,
  );
}

/** By metric: late tasks among those with enough points to tell. */
function shares(
  found: readonly number[],
  columns: readonly number[],
  isSharp: ArrayLike<number>,
  isKnown: (task: number, metric: number) => boolean,
  isLate: (task: number, metric: number) => boolean,
): Outputs {
  const tasks = new Float64Array(columns.length);
  const late = new Float64Array(columns.length);
  const share = new Float64Array(columns.length).fill(Number.NaN);
  const [lower, upper] = [share.slice(), share.slice()];
  let [total, sharp] = [0, 0];
  columns.forEach((metric, at) => {
    const n = found.filter((task) => isKnown(task, metric)).length;
    const above = found.filter((task) => isLate(task, metric)).length;
    tasks[at] = n;
    late[at] = above;
    total += above;
    if (isSharp[metric]! > 0) sharp += above;
    if (n === 0) return;
    share[at] = above / n;
    [lower[at], upper[at]] = wilsonInterval(above, n);
  });
  return {
    share_tasks: tasks,
    share_late: late,
    share,
    share_lower: lower,
    share_upper: upper,
    late: total,
    late_sharp: sharp,
    late_sharp_share: total > 0 ? sharp / total : Number.NaN,
  };
}

function message(rows: number, found: number, controls: Controls): string {
  if (rows > 0) return "";
  if (found > 0) return "None of these tasks rises late under the metrics shown.";
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
  const limit = LIMITS[numeric(controls, "limit")]!;
  const lateOf = (task: number, metric: number): number => cells.late[task * width + metric]!;
  const isLate = (task: number, metric: number): boolean => lateOf(task, metric) > limit;
  const isKnown = (task: number, metric: number): boolean =>
    !Number.isNaN(cells.shape[task * width + metric]!);
  const matching = matches(controls, constants);
  const isFound = (task: number): boolean =>
    matching[task]! && columns.some((metric) => pair[task * width + metric]! >= 0);
  const found = matching.flatMap((_, task) => (isFound(task) ? [task] : []));
  const lateOnly = controls.jumps_only === true;
  const rows = order(controls, constants, lateOf, columns).filter(
    (task) => isFound(task) && (!lateOnly || columns.some((metric) => isLate(task, metric))),
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
  const shownLevel = (at: number): number => {
    const found = levelOf(cells, at);
    return byVerdict && found !== NOT_MEASURED ? NO_VERDICT + 1 + outcome[at]! : found;
  };
  return {
    map_rows: Float64Array.from(rows),
    map_columns: Float64Array.from(columns),
    map_level: part(shownLevel),
    map_late: part((at) => cells.late[at]!),
    map_scales: part((at) => cells.scales[at]!),
    map_by_verdict: byVerdict,
    map_message: message(rows.length, found.length, controls),
    ...shares(found, columns, vector(constants, "metric_sharp"), isKnown, isLate),
  };
}
