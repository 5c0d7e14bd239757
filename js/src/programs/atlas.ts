/** The atlas: every task under every metric, and the curves behind a cell. Twin of programs/atlas.py. */
import { atlasMap, type Cells, LIMITS, levelOf, readCells } from "./atlas_map.ts";
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
import { table } from "./results.ts";
import { figure, scaleAxis } from "./results_figure.ts";
import { cell, type Inputs, type Metric, read } from "./results_inputs.ts";

/** The controls of the program `results`, of which no more families are on than have room. */
function resultsControls(controls: Controls, places: number): Controls {
  let left = places;
  const families = (controls.families as readonly boolean[]).map((on) => on && left-- > 0);
  const fixed = { line: 0, onset: false, threshold: 1, all_of: 1, selection: -1 };
  return { ...controls, ...fixed, families };
}

/** Metrics under which the task was measured, the chosen one among them. */
function metricsOf({ constants, task }: Inputs, chosen: number, slots: number): number[] {
  const pairs = row(tensor(constants, "pair"), task);
  const measured = [...pairs.keys()].filter((metric) => pairs[metric]! >= 0);
  const drawn = measured.slice(0, slots);
  if (measured.includes(chosen) && !drawn.includes(chosen)) drawn[drawn.length - 1] = chosen;
  return [...drawn, ...new Array<number>(slots - drawn.length).fill(pairs.length)];
}

function cellOutputs(controls: Controls, constants: Constants, cells: Cells): Outputs {
  const [task, metric] = [numeric(controls, "task"), numeric(controls, "metric")];
  const width = tensor(constants, "pair").shape[1]!;
  const at = task * width + metric;
  const ofTask = (values: Vector): Vector => values.subarray(task * width, (task + 1) * width);
  const words = (constants.level_words as string[])[levelOf(cells, at)]!;
  const limit = LIMITS[numeric(controls, "limit")]!;
  const outcome = cell(constants, "pair_outcome", task, metric);
  const family = cells.family[at]!;
  const count = (controls.families as readonly boolean[]).filter((on) => on).length;
  const named =
    family >= 0 ? (constants.families as string[])[family]! : `median of ${count} families`;
  return {
    cell_task: (constants.tasks as string[])[task]!,
    cell_metric: (constants.metrics as Metric[])[metric]!.label,
    cell_late: cells.late[at]!,
    cell_breakthroughness: cells.breakthroughness[at]!,
    cell_scales: cells.scales[at]!,
    cell_shape: words + (cells.tested[at] === 0 ? ", noise not known" : ""),
    task_late: ofTask(cells.late).filter((late) => late > limit).length,
    task_metrics: ofTask(cells.shape).filter((shape) => !Number.isNaN(shape)).length,
    cell_items: cell(constants, "pair_items", task, metric),
    cell_family: Number.isNaN(cells.scales[at]!) ? "not measured" : named,
    cell_verdict: outcome >= 0 ? (constants.outcome_words as string[])[outcome]! : "–",
    cell_meaning:
      outcome >= 0 ? (constants.meanings as string[])[outcome]! : (constants.no_verdict as string),
  };
}

interface Drawn {
  key: string;
  cells: Cells;
  map: Outputs;
}

/** Of each evaluation what a click on another cell leaves as it is. */
const kept = new WeakMap<Constants, Drawn>();

function readMap(controls: Controls, constants: Constants): Drawn {
  const { task: _task, metric: _metric, ...others } = controls;
  const key = JSON.stringify(others);
  const known = kept.get(constants);
  if (known?.key === key) return known;
  const cells = readCells(controls, constants);
  const found = { key, cells, map: atlasMap(controls, constants, cells) };
  kept.set(constants, found);
  return found;
}

export function atlas(controls: Controls, constants: Constants): Outputs {
  const places = vector(constants, "places")[0]!;
  const slots = vector(constants, "slots")[0]!;
  const inputs = read(resultsControls(controls, places), constants);
  const families = inputs.shown.flatMap((on, family) => (on ? [family] : []));
  const drawn = families.length;
  while (families.length < places) families.push(-1);
  const { cells, map } = readMap(controls, constants);
  const outputs: Outputs = {};
  const chosen = numeric(controls, "metric");
  metricsOf(inputs, chosen, slots).forEach((metric, slot) => {
    Object.assign(outputs, figure(inputs, slot, metric, families)[0]);
    outputs[`is_chosen_${slot}`] = metric === chosen;
  });
  families.forEach((family, at) => {
    outputs[`colour_${at}`] = (constants.family_colours as string[])[family] ?? "transparent";
    outputs[`marker_${at}`] = (constants.family_markers as string[])[family] ?? "circle";
  });
  const on = (controls.families as readonly boolean[]).filter((one) => one).length;
  const note = on > drawn ? `The first ${drawn} of ${on} families are drawn.` : "";
  return Object.assign(
    outputs,
    scaleAxis(inputs),
    table(inputs, outputs, slots, places),
    map,
    cellOutputs(controls, constants, cells),
    { drawn_note: note },
  );
}
