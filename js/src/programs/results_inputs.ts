/** What the program `results` reads. Twin of programs/results_inputs.py. */
import { wilsonInterval } from "../numerics/sampling.ts";
import {
  type Constants,
  type Controls,
  numeric,
  tensor,
  type Vector,
  vector,
  whole,
} from "./program.ts";

export const SLOTS = 4;
export const PASSING = "passing";

export type AxisEnds = {
  places: number[];
  labels: Record<string, string>;
  low: number;
  high: number;
};

export interface Axis {
  linear: AxisEnds;
  log: AxisEnds | null;
}

interface ScaleAxis extends Axis {
  name: string;
  label: string;
}

export interface Metric {
  name: string;
  title: string;
  label: string;
  kind: string;
  lower_is_better: boolean;
}

export interface AnswerSet {
  prompt: string[];
  target: string[];
  runs: Record<string, { output: string[]; score: (number | null)[] }>;
}

export interface Points {
  run: number[];
  value: number[];
  lower: number[];
  upper: number[];
}

export interface Inputs {
  constants: Constants;
  task: number;
  logScore: boolean;
  logScale: boolean;
  medians: boolean;
  onset: boolean;
  intervals: boolean;
  shown: readonly boolean[];
  threshold: number;
  allOf: number;
  selection: number;
  metrics: readonly Metric[];
  axis: ScaleAxis;
  runFamily: Vector;
  runScale: Vector;
  /** The curve of each run on this scale, -1 for none; from the number of families on, a training. */
  runCurve: Vector;
  runAt: Vector;
  drawn: (run: number) => boolean;
  offScale: (run: number) => boolean;
}

export function read(controls: Controls, constants: Constants): Inputs {
  const kind = numeric(controls, "scale");
  const axis = (constants.scales as ScaleAxis[])[kind]!;
  const column = (name: string): Vector => {
    const { shape, data } = tensor(constants, name);
    return Float64Array.from({ length: shape[0]! }, (_, run) => data[run * shape[1]! + kind]!);
  };
  const runScale = column("run_scale");
  const runCurve = column("run_curve");
  const task = numeric(controls, "task");
  const logScale = controls.log_scale === true;
  return {
    constants,
    task,
    logScore: controls.log_score === true,
    logScale,
    medians: numeric(controls, "line") === 1,
    onset: controls.onset === true,
    intervals: controls.intervals === true,
    shown: controls.families as readonly boolean[],
    // Sliders stop at hundredths, whose binary fractions may lie just above a score.
    threshold: numeric(controls, "threshold") - 1e-9,
    allOf: whole(controls, "all_of"),
    selection: numeric(controls, "selection"),
    metrics: constants.metrics as Metric[],
    axis,
    runFamily: vector(constants, "run_family"),
    runScale,
    runCurve,
    runAt: column("run_at"),
    drawn: (run) => runCurve[run]! >= 0,
    offScale: (run) => logScale && runScale[run]! <= 0,
  };
}

export function cell(constants: Constants, name: string, row: number, column: number): number {
  const { shape, data } = tensor(constants, name);
  return data[row * shape[1]! + column]!;
}

export function scores(inputs: Inputs, metric: number): Points {
  if (inputs.metrics[metric]!.name === PASSING) return passing(inputs);
  const pair = cell(inputs.constants, "pair", inputs.task, metric);
  const offsets = vector(inputs.constants, "pair_offsets");
  const [from, to] = pair < 0 ? [0, 0] : [offsets[pair]!, offsets[pair + 1]!];
  const part = (name: string): number[] =>
    Array.from(vector(inputs.constants, `point_${name}`).subarray(from, to));
  return { run: part("run"), value: part("value"), lower: part("lower"), upper: part("upper") };
}

/** Answers to the chosen task and, of these, the ones that pass. */
function passed({ constants, runFamily, task, threshold }: Inputs, run: number): [number, number] {
  const offsets = vector(constants, "item_offsets");
  const values = vector(constants, "item_value");
  const counts = vector(constants, "item_count");
  const from = offsets[task * runFamily.length + run]!;
  const to = offsets[task * runFamily.length + run + 1]!;
  let n = 0;
  let right = 0;
  for (let at = from; at < to; at++) {
    n += counts[at]!;
    if (values[at]! >= threshold) right += counts[at]!;
  }
  return [n, right];
}

/** Of each run: the chance that K answers drawn without replacement all pass. */
function passing(inputs: Inputs): Points {
  const { allOf } = inputs;
  const points: Points = { run: [], value: [], lower: [], upper: [] };
  for (let run = 0; run < inputs.runFamily.length; run++) {
    const [n, right] = passed(inputs, run);
    if (n === 0) continue;
    let value = 1;
    for (let i = 0; i < allOf; i++) {
      value *= n > i ? Math.max(right - i, 0) / Math.max(n - i, 1) : Number.NaN;
    }
    const [lower, upper] = wilsonInterval(right, n);
    points.run.push(run);
    points.value.push(value);
    points.lower.push(lower ** allOf);
    points.upper.push(upper ** allOf);
  }
  return points;
}

/** Half of the smallest rate above 0 that the test can show; 0 where that is unknown. */
export function resolution(inputs: Inputs, metric: number): number {
  if (inputs.metrics[metric]!.name !== PASSING) {
    return cell(inputs.constants, "pair_resolution", inputs.task, metric);
  }
  let most = 0;
  for (let run = 0; run < inputs.runFamily.length; run++) {
    most = Math.max(most, passed(inputs, run)[0]);
  }
  if (most < inputs.allOf) return 0;
  let smallest = 0.5;
  for (let i = 0; i < inputs.allOf; i++) smallest *= (inputs.allOf - i) / (most - i);
  return smallest;
}
