/** Forecast: scores of hidden models, beside what was forecast. Twin of programs/forecast.py. */
import { Inputs } from "./forecast_inputs.ts";
import type { Constants, Controls, Outputs, Vector } from "./program.ts";

const METHODS = ["sharp", "smooth", "ladder", "last_value"] as const;
const CHAINS = ["smooth", "ladder"] as const;
const PARTS = ["value", "lower", "upper"] as const;

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
