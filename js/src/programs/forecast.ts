/** Forecast: scores of hidden models, beside what was foretold. Twin of programs/forecast.py. */
import { Reading } from "./forecast_reading.ts";
import type { Constants, Controls, Outputs, Vector } from "./program.ts";

const METHODS = ["sharp", "smooth", "ladder", "last_value"] as const;
const CHAINS = ["smooth", "ladder"] as const;
const PARTS = ["value", "lower", "upper"] as const;

function runs(reading: Reading): Outputs {
  const between = reading.between(reading.steps);
  const last = reading.modelScale[reading.visible - 1]!;
  const first = reading.modelScale[reading.visible]!;
  const outputs: Outputs = {
    grid: reading.grid,
    grid_ends: Float64Array.of(reading.grid[0]!, reading.grid.at(-1)!),
    last_visible: last,
    // Halfway in decades.
    edge: Math.sqrt(last * first),
    first_hidden_score: reading.modelScore[reading.visible]!,
    chance_shown: reading.chance > 0 ? reading.chance : Number.NaN,
  };
  for (const name of ["visible", "hidden"] as const) {
    const part = (values: Vector): Vector =>
      values.filter((_, run) => reading.hidden(run) === (name === "hidden"));
    outputs[`${name}_scale`] = part(reading.runScale);
    outputs[`${name}_score`] = part(reading.runScore);
    outputs[`${name}_between`] = part(between);
  }
  return outputs;
}

/** A method's curve, its values at the last visible model, and its error from every cut-off. */
function methodOutputs(reading: Reading, method: string, number: number): Outputs {
  const row = reading.row(number);
  const outputs: Outputs = { [`${method}_shown`]: reading.methods[number]! };
  for (const part of PARTS) {
    outputs[`${method}_${part}`] = reading.ofRow(`curve_${part}`, row);
    outputs[`${method}_${part}_at_last`] = reading.byModel(part, row)[reading.visible - 1]!;
  }
  const cutOffs = Float64Array.from({ length: reading.models - 1 }, (_, i) => i + 1);
  outputs[`error_${method}_held_out`] = cutOffs;
  outputs[`error_${method}_value`] = cutOffs.map((cut) => reading.meanError(number, cut));
  return outputs;
}

function steps(reading: Reading, chain: string, number: number): Outputs {
  const row = reading.stepRow(number);
  const outputs: Outputs = { [`second_${chain}_at`]: reading.secondGrid(number) };
  for (const step of ["first", "second"]) {
    for (const part of PARTS) {
      outputs[`${step}_${chain}_${part}`] = reading.ofRow(`${step}_${part}`, row);
    }
  }
  return outputs;
}

function mean(values: Vector): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function readouts(reading: Reading): Outputs {
  const outputs: Outputs = { hidden_now: reading.heldOut };
  METHODS.forEach((method, number) => {
    const row = reading.row(number);
    const [lower, upper] = [reading.byModel("lower", row), reading.byModel("upper", row)];
    let judged = 0;
    let inside = 0;
    reading.runScore.forEach((score, run) => {
      const model = reading.runModel[run]!;
      if (!reading.hidden(run) || !Number.isFinite(lower[model])) return;
      judged++;
      if (score >= lower[model]! && score <= upper[model]!) inside++;
    });
    const detail = judged > 0 ? `${inside} of ${judged} runs in the interval` : "no interval";
    const error = reading.meanError(number, reading.heldOut);
    outputs[`points_off_${method}`] = 100 * error;
    outputs[`unit_${method}`] = Number.isFinite(error) ? " pts off" : "";
    outputs[`inside_${method}`] = judged > 0 ? inside / judged : Number.NaN;
    outputs[`log_score_${method}`] = mean(
      reading.byModel("log_score", row).subarray(reading.visible),
    );
    outputs[`detail_${method}`] = reading.reason(number) || detail;
  });
  return outputs;
}

function table(reading: Reading): Outputs {
  const { models, visible } = reading;
  const outputs: Outputs = {
    table_model: reading.words.names,
    table_state: Array.from({ length: models }, (_, i) => (i < visible ? "visible" : "hidden")),
    table_scale: reading.modelScale.slice(),
    table_score: reading.modelScore.slice(),
  };
  METHODS.forEach((method, number) => {
    const row = reading.row(number);
    for (const part of [...PARTS, "log_score"] as const) {
      outputs[`table_${method}_${part}`] = reading
        .byModel(part, row)
        .map((value, model) => (model < visible ? Number.NaN : value));
    }
  });
  return outputs;
}

function textsAndAxes(reading: Reading): Outputs {
  const { words } = reading;
  const step = words.steps[reading.steps]!;
  const reason = reading.reason(METHODS.indexOf(CHAINS[reading.steps]!));
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
    score_note: reading.known ? words.note : `not measured; shown: ${words.line}`,
    between_logarithmic: step.logarithmic,
    between_falls: step.falls,
    first_title: step.title,
    first_note: reason || step.label,
    second_label: step.label,
    second_note: reason || step.pair,
  };
}

export function forecast(controls: Controls, constants: Constants): Outputs {
  const reading = new Reading(controls, constants);
  return Object.assign(
    {},
    runs(reading),
    textsAndAxes(reading),
    ...METHODS.map((method, number) => methodOutputs(reading, method, number)),
    ...CHAINS.map((chain, number) => steps(reading, chain, number)),
    readouts(reading),
    table(reading),
  );
}
