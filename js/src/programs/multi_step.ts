/** Many steps: a task that needs all of them. Twin of programs/multi_step.py. */
import {
  atMostWrong,
  type Chances,
  chainSuccess,
  stepLosses,
  stepLossFor,
  stepSuccess,
  withRetries,
} from "../numerics/steps.ts";
import {
  type Constants,
  type Controls,
  numeric,
  type Outputs,
  tensor,
  type Vector,
  vector,
  whole,
} from "./program.ts";
import type { AxisEnds } from "./results_reading.ts";

const LEVELS = [0.1, 0.5, 0.9];
const COMPARED = [1, 10, 100];
const TABLE_STEPS = [1, 2, 3, 5, 10, 20, 30, 50, 100];
const HALVINGS = 60;
const LEAST_LOG_LOSS = -40;
const MOST_LOG_LOSS = 40;

interface Task {
  steps: number;
  retries: number;
  errors: number;
  exponent: number;
  criticalScale: number;
  logistic: boolean;
  partWorth: number;
  uneven: boolean;
  relative: Vector;
}

function readTask(controls: Controls): Task {
  const steps = whole(controls, "steps");
  const unevenness = numeric(controls, "unevenness");
  return {
    steps,
    retries: whole(controls, "retries"),
    errors: whole(controls, "errors_allowed"),
    exponent: numeric(controls, "exponent"),
    criticalScale: numeric(controls, "critical_scale"),
    logistic: controls.logistic === true,
    partWorth: numeric(controls, "part_worth"),
    uneven: unevenness > 1,
    relative: stepLosses(steps, unevenness),
  };
}

function tries(task: Task, loss: number): Chances[] {
  return Array.from(task.relative, (part) => stepSuccess(part * loss, task.logistic));
}

function checked(task: Task, once: readonly Chances[]): Chances[] {
  return once.map((chances) => withRetries(chances, task.retries));
}

function meanSuccess(chances: readonly Chances[]): number {
  return chances.reduce((sum, [success]) => sum + success, 0) / chances.length;
}

/** Mean loss of a step at which the chain succeeds so often. */
function lossAt(task: Task, level: number, failure: number): number {
  if (task.errors >= task.steps) return Number.NaN;
  if (!task.uneven) return stepLossFor(failure ** (1 / (task.retries + 1)), task.logistic);
  let [low, high] = [LEAST_LOG_LOSS, MOST_LOG_LOSS];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    const success = atMostWrong(checked(task, tries(task, Math.exp(middle))), task.errors);
    if (success > level) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** Row of the table of failures: one level of the chain's success, over the number of steps. */
function failuresAt(constants: Constants, level: number, errors: number): Vector {
  const { shape, data } = tensor(constants, "failures");
  const [, rows, steps] = shape as [number, number, number];
  const at = (level * rows + errors) * steps;
  return data.slice(at, at + steps);
}

function widthAxis(constants: Constants, widths: Vector, width: number): Outputs {
  const top = 1.1 * Math.max(...widths.filter(Number.isFinite), Number.isFinite(width) ? width : 0);
  const axes = constants.width_axes as AxisEnds[];
  const axis = axes.find(({ high }) => high >= top) ?? axes[axes.length - 1];
  return {
    width_ticks: Float64Array.from(axis?.places ?? []),
    width_labels: axis?.labels ?? {},
    width_top: axis?.high ?? top,
  };
}

function againstSteps(task: Task, constants: Constants): Outputs {
  const failures = LEVELS.map((_, level) => failuresAt(constants, level, task.errors));
  const retried = failures.map((row) => row.map((failure) => failure ** (1 / (task.retries + 1))));
  const losses = retried.map((row, level) =>
    row.map((failure, i) =>
      failures[level]![i] === 1 ? Number.NaN : stepLossFor(failure, task.logistic),
    ),
  );
  const width = (first: number, last: number): number => Math.log10(first / last) / -task.exponent;
  const scaleAt = (loss: number): number => task.criticalScale * loss ** (1 / task.exponent);
  const widths = losses[0]!.map((loss, i) => width(loss, losses[2]![i]!));
  const needed = retried[1]!.map((failure, i) => (failures[1]![i] === 1 ? 0 : 1 - failure));
  const at = task.steps - 1;
  const mine = LEVELS.map((level, i) => lossAt(task, level, failures[i]![at]!));
  const myWidth = width(mine[0]!, mine[2]!);
  const atHalf = tries(task, mine[1]!);
  const marked = Number.isFinite(myWidth);
  const rows = (values: Vector): Vector => Float64Array.from(TABLE_STEPS, (k) => values[k - 1]!);
  return {
    widths,
    width: myWidth,
    width_at: Float64Array.from(marked ? [myWidth] : []),
    steps_at: vector(constants, "chain_place").slice(at, marked ? at + 1 : at),
    ...widthAxis(constants, widths, myWidth),
    needed: needed[at]!,
    needed_line: Float64Array.of(needed[at]!, needed[at]!),
    needed_at: Float64Array.of(needed[at]!),
    half_scale: scaleAt(mine[1]!),
    share_at_half: meanSuccess(checked(task, atHalf)),
    once_at_half: meanSuccess(atHalf),
    one_step_width: widths[0]!,
    hundred_steps_width: widths[widths.length - 1]!,
    table_steps: Float64Array.from(TABLE_STEPS),
    table_needed: rows(needed),
    table_half_scale: rows(losses[1]!.map(scaleAt)),
    table_width: rows(widths),
  };
}

export function multiStep(controls: Controls, constants: Constants): Outputs {
  const task = readTask(controls);
  const scale = vector(constants, "scale");
  const places = vector(constants, "scale_place");
  const losses = scale.map((size) => (size / task.criticalScale) ** task.exponent);
  const once = Array.from(losses, (loss) => tries(task, loss));
  const right = once.map((chances) => checked(task, chances));
  const share = Float64Array.from(right, meanSuccess);
  const chain = Float64Array.from(right, (chances) => atMostWrong(chances, task.errors));
  const easiest = Float64Array.from(once, (chances) => chances[0]![0]);
  const hardest = Float64Array.from(once, (chances) => chances[chances.length - 1]![0]);
  const shown = task.retries > 0 ? places.length : 0;
  const outputs: Outputs = {
    step_success: Float64Array.from(once, meanSuccess),
    step_easiest: easiest,
    step_hardest: hardest,
    checked_success: share,
    checked_x: places.slice(0, shown),
    checked_y: share.slice(0, shown),
    chain_success: chain,
    partial_credit: share,
    worth: share.map((part, i) => task.partWorth * part + (1 - task.partWorth) * chain[i]!),
    band_x: Float64Array.from([...places, ...places.slice().reverse()]),
    band_y: Float64Array.from([...easiest, ...hardest.slice().reverse()]),
    ends: Float64Array.of(places[0]!, places[places.length - 1]!),
    right_end: places.slice(-1),
    half_line: Float64Array.of(0.5, 0.5),
    half_at: Float64Array.of(0.5),
  };
  for (const steps of COMPARED) {
    outputs[`plain_${steps}`] = losses.map((loss) =>
      chainSuccess(stepSuccess(loss, task.logistic), steps),
    );
  }
  return Object.assign(outputs, againstSteps(task, constants));
}
