/** Forecast: scores of hidden models, beside what was forecast. Twin of programs/forecast.py. */
import {
  type Constants,
  type Controls,
  numeric,
  type Outputs,
  type Tensor,
  tensor,
  type Vector,
  vector,
  whole,
} from "./program.ts";
import type { AxisEnds } from "./results_inputs.ts";

const METHODS = ["sharp", "direct", "smooth", "ladder", "last_value"] as const;
const CHAINS = ["smooth", "ladder"] as const;
const PARTS = ["value", "lower", "upper"] as const;

interface StepWords {
  title: string;
  label: string;
  pair: string;
  logarithmic: boolean;
  falls: boolean;
  first: AxisEnds;
  second: AxisEnds;
}

interface SeriesWords {
  title: string;
  note: string;
  line: string;
  names: string[];
  falls: boolean;
  scale_label: string;
  scale_axis: AxisEnds;
  score_axis: AxisEnds;
  held_out_axis: AxisEnds;
  error_axis: AxisEnds;
  steps: StepWords[];
}

type Part = "value" | "lower" | "upper" | "log_score";

/** The entries of the last axis at the first two indices of a constant of three axes. */
function deep({ data, shape }: Tensor, first: number, second: number): Vector {
  const width = shape[2]!;
  const start = (first * shape[1]! + second) * width;
  return data.subarray(start, start + width);
}

class Inputs {
  readonly words: SeriesWords;
  readonly set: number;
  /** Whether the family was asked the task; else the task's first family is shown. */
  readonly known: boolean;
  readonly methods: readonly boolean[];
  readonly steps: number;
  readonly runScale: Vector;
  readonly runScore: Vector;
  readonly runModel: Vector;
  readonly modelScale: Vector;
  readonly modelScore: Vector;
  readonly models: number;
  readonly heldOut: number;
  readonly visible: number;
  readonly grid: Vector;
  readonly chance: number;
  private readonly runs: readonly [number, number];

  constructor(
    controls: Controls,
    private readonly constants: Constants,
  ) {
    const { data, shape } = tensor(constants, "set_of");
    const families = shape[1]!;
    const task = numeric(controls, "task");
    const ofTask = data.subarray(task * families, (task + 1) * families);
    const chosen = ofTask[numeric(controls, "family")]!;
    this.known = chosen >= 0;
    this.set = this.known ? chosen : ofTask.find((one) => one >= 0)!;
    this.words = (constants.sets as SeriesWords[])[this.set]!;
    this.methods = controls.methods as readonly boolean[];
    this.steps = numeric(controls, "steps");
    this.runs = this.ends("run_offsets");
    const models = this.ends("model_offsets");
    this.runScale = vector(constants, "run_scale").subarray(...this.runs);
    this.runScore = vector(constants, "run_score").subarray(...this.runs);
    this.runModel = vector(constants, "run_model").subarray(...this.runs);
    this.modelScale = vector(constants, "model_scale").subarray(...models);
    this.modelScore = vector(constants, "model_score").subarray(...models);
    this.models = this.modelScale.length;
    this.heldOut = Math.min(Math.max(whole(controls, "held_out"), 1), this.models - 1);
    this.visible = this.models - this.heldOut;
    const grid = tensor(constants, "grid");
    const points = grid.shape[1]!;
    this.grid = grid.data.subarray(this.set * points, (this.set + 1) * points);
    this.chance = vector(constants, "chance")[this.set]!;
  }

  private ends(offsets: string): readonly [number, number] {
    const all = vector(this.constants, offsets);
    return [all[this.set]!, all[this.set + 1]!];
  }

  /** Row of a method's forecast; -1 where it refuses. */
  row(method: number, heldOut = this.heldOut): number {
    return deep(tensor(this.constants, "row_of"), this.set, heldOut - 1)[method]!;
  }

  stepRow(chain: number): number {
    return deep(tensor(this.constants, "step_row_of"), this.set, this.heldOut - 1)[chain]!;
  }

  /** Why a method refuses; empty where it does not. */
  reason(method: number): string {
    const number = deep(tensor(this.constants, "reason_of"), this.set, this.heldOut - 1)[method]!;
    return (this.constants.reasons as string[])[number]!;
  }

  /** A row of a table of curves; NaN where there is none. */
  ofRow(name: string, row: number): Vector {
    const { data, shape } = tensor(this.constants, name);
    const width = shape[1]!;
    if (row < 0) return new Float64Array(width).fill(Number.NaN);
    return data.subarray(row * width, (row + 1) * width);
  }

  byModel(part: Part, row: number): Vector {
    return this.ofRow(`model_${part}`, row).subarray(0, this.models);
  }

  /** Mean absolute error over the hidden models; NaN where the method refuses. */
  meanError(method: number, heldOut: number): number {
    const value = this.byModel("value", this.row(method, heldOut));
    let total = 0;
    for (let model = this.models - heldOut; model < this.models; model++) {
      total += Math.abs(value[model]! - this.modelScore[model]!);
    }
    return total / heldOut;
  }

  /** The score between the two steps of a chain, by run. */
  between(chain: number): Vector {
    const { data, shape } = tensor(this.constants, "run_between");
    const start = chain * shape[1]!;
    return data.subarray(start + this.runs[0], start + this.runs[1]);
  }

  secondGrid(chain: number): Vector {
    return deep(tensor(this.constants, "second_grid"), this.set, chain);
  }

  hidden(run: number): boolean {
    return this.runModel[run]! >= this.visible;
  }
}

function runs(inputs: Inputs): Outputs {
  const between = inputs.between(inputs.steps);
  const last = inputs.modelScale[inputs.visible - 1]!;
  const first = inputs.modelScale[inputs.visible]!;
  const outputs: Outputs = {
    grid: inputs.grid,
    grid_ends: Float64Array.of(inputs.grid[0]!, inputs.grid.at(-1)!),
    last_visible: last,
    // Halfway in decades.
    edge: Math.sqrt(last * first),
    first_hidden_score: inputs.modelScore[inputs.visible]!,
    chance_shown: inputs.chance > 0 ? inputs.chance : Number.NaN,
  };
  for (const name of ["visible", "hidden"] as const) {
    const part = (values: Vector): Vector =>
      values.filter((_, run) => inputs.hidden(run) === (name === "hidden"));
    outputs[`${name}_scale`] = part(inputs.runScale);
    outputs[`${name}_score`] = part(inputs.runScore);
    outputs[`${name}_between`] = part(between);
  }
  return outputs;
}

/** A method's curve, its values at the last visible model, and its error from every cut-off. */
function methodOutputs(inputs: Inputs, method: string, number: number): Outputs {
  const row = inputs.row(number);
  const outputs: Outputs = { [`${method}_shown`]: inputs.methods[number]! };
  for (const part of PARTS) {
    outputs[`${method}_${part}`] = inputs.ofRow(`curve_${part}`, row);
    outputs[`${method}_${part}_at_last`] = inputs.byModel(part, row)[inputs.visible - 1]!;
  }
  const cutOffs = Float64Array.from({ length: inputs.models - 1 }, (_, i) => i + 1);
  outputs[`error_${method}_held_out`] = cutOffs;
  outputs[`error_${method}_value`] = cutOffs.map((cut) => inputs.meanError(number, cut));
  return outputs;
}

function steps(inputs: Inputs, chain: string, number: number): Outputs {
  const row = inputs.stepRow(number);
  const outputs: Outputs = { [`second_${chain}_at`]: inputs.secondGrid(number) };
  for (const step of ["first", "second"]) {
    for (const part of PARTS) {
      outputs[`${step}_${chain}_${part}`] = inputs.ofRow(`${step}_${part}`, row);
    }
  }
  return outputs;
}

function mean(values: Vector): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function readouts(inputs: Inputs): Outputs {
  const outputs: Outputs = { hidden_now: inputs.heldOut };
  METHODS.forEach((method, number) => {
    const row = inputs.row(number);
    const [lower, upper] = [inputs.byModel("lower", row), inputs.byModel("upper", row)];
    let judged = 0;
    let inside = 0;
    inputs.runScore.forEach((score, run) => {
      const model = inputs.runModel[run]!;
      if (!inputs.hidden(run) || !Number.isFinite(lower[model])) return;
      judged++;
      if (score >= lower[model]! && score <= upper[model]!) inside++;
    });
    const detail = judged > 0 ? `${inside} of ${judged} runs in the interval` : "no interval";
    const error = inputs.meanError(number, inputs.heldOut);
    outputs[`points_off_${method}`] = 100 * error;
    outputs[`unit_${method}`] = Number.isFinite(error) ? " pts off" : "";
    outputs[`inside_${method}`] = judged > 0 ? inside / judged : Number.NaN;
    outputs[`log_score_${method}`] = mean(
      inputs.byModel("log_score", row).subarray(inputs.visible),
    );
    outputs[`detail_${method}`] = inputs.reason(number) || detail;
  });
  return outputs;
}

function table(inputs: Inputs): Outputs {
  const { models, visible } = inputs;
  const outputs: Outputs = {
    table_model: inputs.words.names,
    table_state: Array.from({ length: models }, (_, i) => (i < visible ? "visible" : "hidden")),
    table_scale: inputs.modelScale.slice(),
    table_score: inputs.modelScore.slice(),
  };
  METHODS.forEach((method, number) => {
    const row = inputs.row(number);
    for (const part of [...PARTS, "log_score"] as const) {
      outputs[`table_${method}_${part}`] = inputs
        .byModel(part, row)
        .map((value, model) => (model < visible ? Number.NaN : value));
    }
  });
  return outputs;
}

function textsAndAxes(inputs: Inputs): Outputs {
  const { words } = inputs;
  const step = words.steps[inputs.steps]!;
  const reason = inputs.reason(METHODS.indexOf(CHAINS[inputs.steps]!));
  return {
    scale_axis: words.scale_axis,
    score_axis: words.score_axis,
    first_axis: step.first,
    second_axis: step.second,
    held_out_axis: words.held_out_axis,
    error_axis: words.error_axis,
    scale_label: words.scale_label,
    scale_falls: words.falls,
    score_title: words.title,
    score_note: inputs.known ? words.note : `not measured; shown: ${words.line}`,
    between_logarithmic: step.logarithmic,
    between_falls: step.falls,
    first_title: step.title,
    first_note: reason || step.label,
    second_label: step.label,
    second_note: reason || step.pair,
  };
}

export function forecast(controls: Controls, constants: Constants): Outputs {
  const inputs = new Inputs(controls, constants);
  return Object.assign(
    {},
    runs(inputs),
    textsAndAxes(inputs),
    ...METHODS.map((method, number) => methodOutputs(inputs, method, number)),
    ...CHAINS.map((chain, number) => steps(inputs, chain, number)),
    readouts(inputs),
    table(inputs),
  );
}
