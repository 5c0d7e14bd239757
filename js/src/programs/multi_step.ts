/** Many steps: a task that needs all of them. Twin of programs/multi_step.py. */
import { multi_step as shared } from "../contract.json";
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

const { LEVELS, COMPARED, TABLE_STEPS, HALVINGS, LEAST_LOG_LOSS, MOST_LOG_LOSS } = shared;

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
  const rows = (values: Vector): Vector => Float64Array.from(TABLE_STEPS, (k) => values[k - 1]!);
  return {
    widths,
    width: myWidth,
    widest: Math.max(...widths.filter(Number.isFinite), Number.isFinite(myWidth) ? myWidth : 0),
    needed: needed[at]!,
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
  const losses = scale.map((size) => (size / task.criticalScale) ** task.exponent);
  const once = Array.from(losses, (loss) => tries(task, loss));
  const right = once.map((chances) => checked(task, chances));
  const share = Float64Array.from(right, meanSuccess);
  const chain = Float64Array.from(right, (chances) => atMostWrong(chances, task.errors));
  const easiest = Float64Array.from(once, (chances) => chances[0]![0]);
  const hardest = Float64Array.from(once, (chances) => chances[chances.length - 1]![0]);
  const outputs: Outputs = {
    step_success: Float64Array.from(once, meanSuccess),
    step_easiest: easiest,
    step_hardest: hardest,
    checked_success: share,
    chain_success: chain,
    worth: share.map((part, i) => task.partWorth * part + (1 - task.partWorth) * chain[i]!),
  };
  for (const steps of COMPARED) {
    outputs[`plain_${steps}`] = losses.map((loss) =>
      chainSuccess(stepSuccess(loss, task.logistic), steps),
    );
  }
  return Object.assign(outputs, againstSteps(task, constants));
}
