/** Grokking: accuracies that jump during training, beside measures that move all along. Twin of programs/grokking.py. */
import {
  type Constants,
  type Controls,
  firstWhere,
  numeric,
  type Outputs,
  row,
  type Tensor,
  tensor,
  type Vector,
  vector,
} from "./program.ts";

const MEASURES = ["weight_norm", "fourier_share", "restricted_loss", "excluded_loss"] as const;
const METRICS = ["train_accuracy", "test_accuracy", "train_loss", "test_loss", ...MEASURES];
const LEARNT = 0.99;

function shareOfRange(values: Vector): Vector {
  const known = values.filter(Number.isFinite);
  const low = known.reduce((a, b) => Math.min(a, b), Infinity);
  const spread = known.reduce((a, b) => Math.max(a, b), -Infinity) - low;
  if (spread > 0) return values.map((value) => (value - low) / spread);
  return values.map((value) => (Number.isFinite(value) ? 0.5 : Number.NaN));
}

/** Last logged step that is not after the wanted one. */
function lastLogged(step: Vector, wanted: number): number {
  let at = 0;
  while (at < step.length - 1 && step[at + 1]! < wanted + 0.5) at++;
  return at;
}

function otherRuns(accuracy: Tensor, run: number, step: Vector): Outputs {
  const steps: number[] = [];
  const others: number[] = [];
  for (let other = 0; other < accuracy.shape[0]!; other++) {
    const values = row(accuracy, other);
    if (other === run || !values.some(Number.isFinite)) continue;
    if (steps.length > 0) {
      steps.push(Number.NaN);
      others.push(Number.NaN);
    }
    values.forEach((value, i) => {
      if (!Number.isFinite(value)) return;
      steps.push(step[i]!);
      others.push(value);
    });
  }
  return { others_step: Float64Array.from(steps), others_accuracy: Float64Array.from(others) };
}

export function grokking(controls: Controls, constants: Constants): Outputs {
  const step = vector(constants, "step");
  const run = numeric(controls, "run");
  const shown = controls.measures as readonly boolean[];
  const at = lastLogged(step, numeric(controls, "step"));
  const metric = (name: string): Vector => row(tensor(constants, name), run);
  const values: Record<string, Vector> = {};
  for (const name of METRICS) values[name] = metric(name).slice();
  MEASURES.forEach((name, i) => {
    values[`${name}_share`] = shown[i]
      ? shareOfRange(values[name]!)
      : new Float64Array(step.length).fill(Number.NaN);
  });
  const now = Object.entries(values).map(([name, all]) => [`${name}_now`, all[at]!]);
  return {
    step,
    ...values,
    ...Object.fromEntries(now),
    step_now: step[at]!,
    ...otherRuns(tensor(constants, "test_accuracy"), run, step),
    train_learnt: firstWhere(step, (i) => values.train_accuracy![i]! >= LEARNT),
    test_learnt: firstWhere(step, (i) => values.test_accuracy![i]! >= LEARNT),
  };
}
