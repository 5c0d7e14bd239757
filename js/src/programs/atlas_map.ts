/** The rows, columns and shares of the atlas. Twin of programs/atlas_map.py. */
import { wilsonInterval } from "../numerics/sampling.ts";
import { type Cells, level, NO_VERDICT, NOT_MEASURED } from "./atlas_cells.ts";
import { type Constants, type Controls, numeric, type Outputs, tensor, vector } from "./program.ts";

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
