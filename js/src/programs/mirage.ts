/** The mirage: one smooth loss, read through sharp and gentle metrics. Twin of programs/mirage.py. */
import { atLeastRight, failureMoment, multipleChoiceGrade } from "../numerics/expectations.ts";
import { breakthroughness } from "../numerics/measures.ts";
import {
  binomialQuantile,
  itemsNeeded,
  NORMAL_95,
  smallestVisibleRate,
  wilsonInterval,
} from "../numerics/sampling.ts";
import { intervalLine } from "./drawing.ts";
import {
  type Constants,
  type Controls,
  numeric,
  type Outputs,
  row,
  tensor,
  type Vector,
  vector,
  whole,
} from "./program.ts";

const NO_SPREAD = 1e4;
const MEASURED = [
  "token_success",
  "exact_match",
  "token_edit_distance",
  "multiple_choice_grade",
  "brier_score",
] as const;
const LOWER_IS_BETTER = new Set<string>(["token_edit_distance", "brier_score"]);
const COUNTED = new Set<string>(["exact_match", "multiple_choice_grade"]);

interface Task {
  length: number;
  exponent: number;
  criticalScale: number;
  floor: number;
  options: number;
  decisionNoise: number;
  right: number;
  kappa: number;
}

function readTask(controls: Controls): Task {
  const length = whole(controls, "length");
  const concentration = numeric(controls, "concentration");
  return {
    length,
    exponent: numeric(controls, "exponent"),
    criticalScale: numeric(controls, "critical_scale"),
    floor: numeric(controls, "floor"),
    options: whole(controls, "options"),
    decisionNoise: numeric(controls, "decision_noise"),
    right: length - whole(controls, "errors_allowed"),
    kappa: concentration >= NO_SPREAD ? Number.POSITIVE_INFINITY : concentration,
  };
}

function loss(task: Task, scale: number): number {
  return task.floor + (scale / task.criticalScale) ** task.exponent;
}

interface Scores {
  token_success: Vector;
  exact_match: Vector;
  token_edit_distance: Vector;
  edit_similarity: Vector;
  multiple_choice_grade: Vector;
  brier_score: Vector;
}

function scores(task: Task, scale: Vector): Scores {
  const n = scale.length;
  const all: Scores = {
    token_success: new Float64Array(n),
    exact_match: new Float64Array(n),
    token_edit_distance: new Float64Array(n),
    edit_similarity: new Float64Array(n),
    multiple_choice_grade: new Float64Array(n),
    brier_score: new Float64Array(n),
  };
  const { length, options, right, kappa, decisionNoise } = task;
  for (let i = 0; i < n; i++) {
    const nats = loss(task, scale[i]!);
    const p = Math.exp(-nats);
    const eps = -Math.expm1(-nats);
    all.token_success[i] = p;
    all.edit_similarity[i] = p;
    all.exact_match[i] = atLeastRight(p, eps, length, right, kappa);
    all.token_edit_distance[i] = length * eps;
    all.multiple_choice_grade[i] = multipleChoiceGrade(p, eps, options, decisionNoise, kappa);
    all.brier_score[i] = ((options - 1) / options) * failureMoment(eps, 2, kappa);
  }
  return all;
}

/** Standard deviation over items of one continuous score at one scale. */
function itemSpread(task: Task, metric: string, scale: number): number {
  const nats = loss(task, scale);
  const p = Math.exp(-nats);
  const eps = -Math.expm1(-nats);
  const { length, options, kappa } = task;
  if (metric === "brier_score") {
    if (kappa === Number.POSITIVE_INFINITY) return 0;
    const second = failureMoment(eps, 2, kappa);
    const fourth = failureMoment(eps, 4, kappa);
    return ((options - 1) / options) * Math.sqrt(Math.max(fourth - second ** 2, 0));
  }
  const clumping = kappa === Number.POSITIVE_INFINITY ? 1 : (kappa + length) / (kappa + 1);
  const tokens = Math.sqrt(length * p * eps * clumping);
  return metric === "token_success" ? tokens / length : tokens;
}

function modelScale(scale: Vector, count: number, largest: number): Vector {
  const lowest = Math.log10(scale[0]!);
  const highest = Math.log10(scale[scale.length - 1]!);
  const top = Math.min(Math.max(Math.log10(largest), lowest), highest);
  return Float64Array.from(
    { length: count },
    (_, i) => 10 ** (lowest + (top - lowest) * (i / Math.max(count - 1, 1))),
  );
}

function measure(
  task: Task,
  models: Vector,
  expected: Scores,
  items: number,
  constants: Constants,
): Record<string, Vector> {
  const measured: Record<string, Vector> = {};
  MEASURED.forEach((metric, index) => {
    const counted = COUNTED.has(metric);
    const luck = row(tensor(constants, counted ? "luck" : "normal_luck"), index);
    const best = metric === "token_edit_distance" ? task.length : 1;
    const value = new Float64Array(models.length);
    const lower = new Float64Array(models.length);
    const upper = new Float64Array(models.length);
    for (let i = 0; i < models.length; i++) {
      if (counted) {
        const right = binomialQuantile(luck[i]!, items, expected[metric][i]!);
        value[i] = right / items;
        [lower[i], upper[i]] = wilsonInterval(right, items);
      } else {
        const error = itemSpread(task, metric, models[i]!) / Math.sqrt(items);
        const drawn = Math.min(Math.max(expected[metric][i]! + luck[i]! * error, 0), best);
        value[i] = drawn;
        lower[i] = Math.max(drawn - NORMAL_95 * error, 0);
        upper[i] = Math.min(drawn + NORMAL_95 * error, best);
      }
    }
    measured[`${metric}_measured`] = value;
    measured[`${metric}_lower`] = lower;
    measured[`${metric}_upper`] = upper;
  });
  return measured;
}

export function mirage(controls: Controls, constants: Constants): Outputs {
  const task = readTask(controls);
  const items = whole(controls, "n_items");
  const scale = vector(constants, "scale");
  const models = modelScale(scale, whole(controls, "n_models"), numeric(controls, "largest_model"));
  const curves = scores(task, scale);
  const expected = scores(task, models);
  const measured = measure(task, models, expected, items, constants);
  const outputs: Outputs = {
    loss: scale.map((size) => loss(task, size)),
    ...curves,
    model_scale: models,
    model_loss: models.map((size) => loss(task, size)),
    ...measured,
    visible_rate: 1 / items,
    chance: 1 / task.options,
    chance_brier: 1 - 1 / task.options,
  };
  for (const metric of MEASURED) {
    const shown = measured[`${metric}_measured`]!;
    const oriented = LOWER_IS_BETTER.has(metric) ? shown.map((score) => -score) : shown;
    const resolution = COUNTED.has(metric) ? 1 / (2 * items) : 0;
    outputs[`breakthroughness_${metric}`] = breakthroughness(oriented, resolution);
  }
  const nullQuantiles = row(tensor(constants, "null"), models.length);
  outputs.null_median = nullQuantiles[0]!;
  outputs.null_95 = nullQuantiles[1]!;
  outputs.ramp = models.length - 1;
  outputs.uneven_from = Math.max(2 * outputs.ramp, nullQuantiles[1]!);
  outputs.items_needed_smallest = itemsNeeded(expected.exact_match[0]!);
  outputs.items_needed_largest = itemsNeeded(expected.exact_match[models.length - 1]!);
  const visible = smallestVisibleRate(items);
  const first = curves.exact_match.findIndex((rate) => rate >= visible);
  outputs.visible_from = first < 0 ? Number.NaN : scale[first]!;
  return Object.assign(outputs, drawing(task, scale, models, outputs, items));
}

/** Where things stand on the figures' axes, which are linear in log10 of the data. */
function drawing(
  task: Task,
  scale: Vector,
  models: Vector,
  outputs: Outputs,
  items: number,
): Outputs {
  const places = models.map(Math.log10);
  const ends = Float64Array.of(Math.log10(scale[0]!), Math.log10(scale[scale.length - 1]!));
  const drawn: Outputs = {
    loss_place: (outputs.loss as Vector).map(Math.log10),
    model_loss_place: (outputs.model_loss as Vector).map(Math.log10),
    model_place: places,
    bars_x: intervalLine(places, places),
  };
  for (const metric of MEASURED) {
    drawn[`${metric}_bars`] = intervalLine(
      outputs[`${metric}_lower`] as Vector,
      outputs[`${metric}_upper`] as Vector,
    );
  }
  const chance = 1 / task.options;
  const step = Math.ceil(task.length / 4);
  return Object.assign(drawn, {
    ends,
    left_end: ends.slice(0, 1),
    right_end: ends.slice(1),
    visible_line: Float64Array.of(1 / items, 1 / items),
    visible_at: Float64Array.of(1 / items),
    visible_note: [`invisible with ${items} items`],
    chance_line: Float64Array.of(chance, chance),
    chance_at: Float64Array.of(chance),
    chance_brier_line: Float64Array.of(1 - chance, 1 - chance),
    chance_brier_at: Float64Array.of(1 - chance),
    token_edit_distance_top: task.length,
    token_edit_distance_ticks: Float64Array.from(
      { length: Math.floor(task.length / step) + 1 },
      (_, i) => i * step,
    ),
  });
}
