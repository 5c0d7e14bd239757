/** What the program forecast reads. Twin of programs/forecast_inputs.py. */
import {
  type Constants,
  type Controls,
  numeric,
  type Tensor,
  tensor,
  type Vector,
  vector,
  whole,
} from "./program.ts";
import type { AxisEnds } from "./results_inputs.ts";

export interface StepWords {
  title: string;
  label: string;
  pair: string;
  logarithmic: boolean;
  falls: boolean;
  first: AxisEnds;
  second: AxisEnds;
}

export interface SeriesWords {
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

export type Part = "value" | "lower" | "upper" | "log_score";

/** The entries of the last axis at the first two indices of a constant of three axes. */
function deep({ data, shape }: Tensor, first: number, second: number): Vector {
  const width = shape[2]!;
  const start = (first * shape[1]! + second) * width;
  return data.subarray(start, start + width);
}

export class Inputs {
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
