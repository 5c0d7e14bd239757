/** Grokking: accuracies that jump during training, beside measures that move all along. Twin of programs/grokking.py. */
import { place } from "./drawing.ts";
import {
  type Constants,
  type Controls,
  numeric,
  type Outputs,
  row,
  type Tensor,
  tensor,
  type Vector,
  vector,
} from "./program.ts";
import type { Axis, AxisEnds } from "./results_reading.ts";

const ACCURACIES = ["train_accuracy", "test_accuracy"] as const;
const LOSSES = ["train_loss", "test_loss"] as const;
const MEASURES = ["weight_norm", "fourier_share", "restricted_loss", "excluded_loss"] as const;
const LEARNT = 0.99;

function shareOfRange(values: Vector): Vector {
  const known = values.filter(Number.isFinite);
  const low = known.reduce((a, b) => Math.min(a, b), Infinity);
  const spread = known.reduce((a, b) => Math.max(a, b), -Infinity) - low;
  if (spread > 0) return values.map((value) => (value - low) / spread);
  return values.map((value) => (Number.isFinite(value) ? 0.5 : Number.NaN));
}

/** First step at which an accuracy counts as learnt; NaN where it never does. */
function first(step: Vector, accuracy: Vector): number {
  const at = accuracy.findIndex((value) => value >= LEARNT);
  return at < 0 ? Number.NaN : step[at]!;
}

/** Last logged step that is not after the wanted one. */
function lastLogged(step: Vector, wanted: number): number {
  let at = 0;
  while (at < step.length - 1 && step[at + 1]! < wanted + 0.5) at++;
  return at;
}

/** Test accuracies of the runs that are not chosen, as one line with gaps. */
function otherRuns(accuracy: Tensor, run: number, stepPlace: Vector): Outputs {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let other = 0; other < accuracy.shape[0]!; other++) {
    const values = row(accuracy, other);
    if (other === run || !values.some(Number.isFinite)) continue;
    if (xs.length > 0) {
      xs.push(Number.NaN);
      ys.push(Number.NaN);
    }
    values.forEach((value, i) => {
      if (!Number.isFinite(value)) return;
      xs.push(stepPlace[i]!);
      ys.push(value);
    });
  }
  return { others_x: Float64Array.from(xs), others_y: Float64Array.from(ys) };
}

export function grokking(controls: Controls, constants: Constants): Outputs {
  const step = vector(constants, "step");
  const run = numeric(controls, "run");
  const logStep = controls.log_step === true;
  const shown = controls.measures as readonly boolean[];
  const at = lastLogged(step, numeric(controls, "step"));
  const axes = constants.axes as Axis;
  const axis = logStep ? axes.log! : axes.linear;
  const lossAxis = constants.loss_axis as AxisEnds;
  const stepPlace = step.map((value) => place(value, logStep));
  const chance = vector(constants, "chance")[0]!;
  const metric = (name: string): Vector => row(tensor(constants, name), run);
  const outputs: Outputs = { step, step_place: stepPlace };
  const add = (name: string, height: Vector): void => {
    const values = metric(name);
    const known = (_: number, i: number): boolean => Number.isFinite(height[i]);
    const marked = Number.isFinite(height[at]);
    outputs[name] = values.slice();
    outputs[`${name}_x`] = stepPlace.filter(known);
    outputs[`${name}_y`] = height.filter(known);
    outputs[`${name}_marker_x`] = Float64Array.from(marked ? [stepPlace[at]!] : []);
    outputs[`${name}_marker_y`] = Float64Array.from(marked ? [height[at]!] : []);
    outputs[`${name}_now`] = values[at]!;
  };
  for (const name of ACCURACIES) add(name, metric(name));
  for (const name of LOSSES)
    add(
      name,
      metric(name).map((value) => place(value, true)),
    );
  MEASURES.forEach((name, i) => {
    const values = metric(name);
    add(name, shown[i] ? shareOfRange(values) : values.map(() => Number.NaN));
  });
  const [start, end] = [stepPlace[0]!, stepPlace[step.length - 1]!];
  return Object.assign(outputs, otherRuns(tensor(constants, "test_accuracy"), run, stepPlace), {
    marker_x: Float64Array.of(stepPlace[at]!, stepPlace[at]!),
    marker_share: Float64Array.of(0, 1),
    marker_loss: Float64Array.of(lossAxis.low, lossAxis.high),
    step_now: step[at]!,
    chance_x: Float64Array.of(start, end),
    chance_line: Float64Array.of(chance, chance),
    chance_end: Float64Array.of(start),
    chance_at: Float64Array.of(chance),
    chance_note: ["chance"],
    step_ticks: Float64Array.from(axis.places),
    step_labels: axis.labels,
    step_low: axis.low,
    step_high: axis.high,
    train_learnt: first(step, metric("train_accuracy")),
    test_learnt: first(step, metric("test_accuracy")),
  });
}
