/** Forecast: scores of hidden models, beside what was foretold. Twin of programs/forecast.py. */
import { place } from "./drawing.ts";
import { Reading } from "./forecast_reading.ts";
import type { Constants, Controls, Outputs, Vector } from "./program.ts";
import type { AxisEnds } from "./results_reading.ts";

const METHODS = ["sharp", "smooth", "ladder", "last_value"] as const;
const CHAINS = ["smooth", "ladder"] as const;
const PARTS = ["value", "lower", "upper"] as const;

type Keep = (index: number) => boolean;

const clip = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high);

function pick(values: Vector, keep: Keep): number[] {
  return Array.from(values).filter((_, index) => keep(index));
}

/** A region as a line that runs there along its top and back along its bottom. */
function band(
  name: string,
  x: number[],
  lower: number[],
  upper: number[],
  top: number,
  bottom = 0,
): Outputs {
  const high = upper.map((value) => clip(value, bottom, top));
  const low = lower.map((value) => clip(value, bottom, top)).reverse();
  return {
    [`band_${name}_x`]: Float64Array.from([...x, ...[...x].reverse()]),
    [`band_${name}_y`]: Float64Array.from([...high, ...low]),
  };
}

function curve(reading: Reading, name: string, row: number): [Vector, Vector, Vector] {
  const [value, lower, upper] = PARTS.map((part) => reading.ofRow(`${name}_${part}`, row));
  return [value!, lower!, upper!];
}

function methodCurves(reading: Reading, number: number, grid: Vector): Outputs {
  const method = METHODS[number]!;
  const row = reading.row(number);
  const drawn = row >= 0 && reading.methods[number]!;
  const [value, lower, upper] = curve(reading, "curve", row);
  const known: Keep = (i) => drawn && Number.isFinite(value[i]);
  const ahead: Keep = (i) =>
    reading.words.falls ? grid[i]! < reading.lastX : grid[i]! > reading.lastX;
  const last = reading.visible - 1;
  const [low, high] = [reading.byModel("lower", row)[last]!, reading.byModel("upper", row)[last]!];
  const carried = drawn && method === "last_value";
  const start = drawn && Number.isFinite(low);
  const beyond: Keep = (i) => known(i) && ahead(i) && Number.isFinite(lower[i]);
  const lineX = carried ? [reading.lastX] : [];
  const lineY = carried ? [reading.byModel("value", row)[last]!] : [];
  lineX.push(...pick(grid, known));
  lineY.push(...pick(value, known));
  return {
    [`${method}_scale`]: reading.grid.slice(),
    [`${method}_value`]: value.slice(),
    [`${method}_lower`]: lower.slice(),
    [`${method}_upper`]: upper.slice(),
    [`line_${method}_x`]: Float64Array.from(lineX),
    [`line_${method}_y`]: Float64Array.from(lineY, (y) => Math.min(y, reading.top)),
    ...band(
      method,
      [...(start ? [reading.lastX] : []), ...pick(grid, beyond)],
      [...(start ? [low] : []), ...pick(lower, beyond)],
      [...(start ? [high] : []), ...pick(upper, beyond)],
      reading.top,
    ),
  };
}

function scoreFigure(reading: Reading): Outputs {
  const outputs: Outputs = {};
  const x = reading.runScale.map((scale) => place(scale, true));
  for (const name of ["visible", "hidden"] as const) {
    const chosen = (run: number): boolean => reading.hidden(run) === (name === "hidden");
    const score = Float64Array.from(pick(reading.runScore, chosen));
    outputs[`${name}_scale`] = Float64Array.from(pick(reading.runScale, chosen));
    outputs[`${name}_score`] = score;
    outputs[`${name}_x`] = Float64Array.from(pick(x, chosen));
    outputs[`${name}_y`] = score.slice();
  }
  const grid = reading.grid.map((scale) => place(scale, true));
  METHODS.forEach((_, number) => void Object.assign(outputs, methodCurves(reading, number, grid)));
  const edge = (reading.lastX + reading.nextX) / 2;
  const { chance, top } = reading;
  const highUp = reading.modelScore[reading.visible]! > top / 2;
  return Object.assign(outputs, {
    edge_x: Float64Array.of(edge, edge),
    edge_y: Float64Array.of(0, top),
    edge_note_x: Float64Array.of(edge),
    edge_note_y: Float64Array.of((highUp ? 0.06 : 0.94) * top),
    edge_note: ["hidden"],
    chance_x: Float64Array.from(chance > 0 ? [grid[0]!, grid[grid.length - 1]!] : []),
    chance_y: Float64Array.from(chance > 0 ? [chance, chance] : []),
  });
}

function firstStep(reading: Reading, number: number): Outputs {
  const chain = CHAINS[number]!;
  const row = reading.stepRow(number);
  const drawn = number === reading.steps && row >= 0;
  const [value, lower, upper] = curve(reading, "first", row);
  const { logarithmic, first } = reading.words.steps[number]!;
  const y = value.map((one) => place(one, logarithmic));
  const over = upper.map((one) => place(one, logarithmic));
  const under = lower.map((one) => {
    const at = place(one, logarithmic);
    return Number.isNaN(at) && Number.isFinite(one) ? first.low : at;
  });
  const known: Keep = (i) => drawn && Number.isFinite(y[i]);
  const x = reading.grid.map((scale) => place(scale, true));
  const at = pick(x, known);
  const onAxis: Keep = (i) => known(i) && y[i]! >= first.low && y[i]! <= first.high;
  return {
    [`first_${chain}_value`]: value.slice(),
    [`first_${chain}_lower`]: lower.slice(),
    [`first_${chain}_upper`]: upper.slice(),
    [`line_first_${chain}_x`]: Float64Array.from(pick(x, onAxis)),
    [`line_first_${chain}_y`]: Float64Array.from(pick(y, onAxis)),
    ...band(`first_${chain}`, at, pick(under, known), pick(over, known), first.high, first.low),
  };
}

function secondStep(reading: Reading, number: number): Outputs {
  const chain = CHAINS[number]!;
  const row = reading.stepRow(number);
  const drawn = number === reading.steps && row >= 0;
  const [value, lower, upper] = curve(reading, "second", row);
  const at = reading.secondGrid(number);
  const known: Keep = (i) => drawn && Number.isFinite(value[i]);
  const { logarithmic } = reading.words.steps[number]!;
  const x = pick(
    at.map((one) => place(one, logarithmic)),
    known,
  );
  return {
    [`second_${chain}_at`]: at.slice(),
    [`second_${chain}_value`]: value.slice(),
    [`second_${chain}_lower`]: lower.slice(),
    [`second_${chain}_upper`]: upper.slice(),
    [`line_second_${chain}_x`]: Float64Array.from(x),
    [`line_second_${chain}_y`]: Float64Array.from(pick(value, known), (y) =>
      Math.min(y, reading.top),
    ),
    ...band(`second_${chain}`, x, pick(lower, known), pick(upper, known), reading.top),
  };
}

/** Runs by scale and intermediate score, and by intermediate and sharp score. */
function stepPoints(reading: Reading): Outputs {
  const axis = reading.words.steps[reading.steps]!;
  const between = reading.between(reading.steps);
  const middle = between.map((value) => place(value, axis.logarithmic));
  const x = reading.runScale.map((scale) => place(scale, true));
  const outputs: Outputs = {};
  for (const name of ["visible", "hidden"] as const) {
    const chosen: Keep = (run) =>
      Number.isFinite(middle[run]) && reading.hidden(run) === (name === "hidden");
    const part = (values: Vector): Vector => Float64Array.from(pick(values, chosen));
    outputs[`first_${name}_x`] = part(x);
    outputs[`first_${name}_y`] = part(middle);
    outputs[`second_${name}_x`] = part(middle);
    outputs[`second_${name}_y`] = part(reading.runScore);
    outputs[`first_${name}_value`] = part(between);
  }
  const reason = reading.reason(METHODS.indexOf(CHAINS[reading.steps]!));
  return Object.assign(outputs, {
    first_title: axis.title,
    first_note: reason || axis.label,
    second_note: reason || axis.pair,
  });
}

/** Mean absolute error over the hidden models, from every cut-off. */
function errors(reading: Reading): Outputs {
  const outputs: Outputs = {};
  const cutOffs = Float64Array.from({ length: reading.models - 1 }, (_, i) => i + 1);
  METHODS.forEach((method, number) => {
    const error = cutOffs.map((heldOut) => reading.meanError(number, heldOut));
    const shown: Keep = (i) => reading.methods[number]! && Number.isFinite(error[i]);
    outputs[`error_${method}_held_out`] = cutOffs.slice();
    outputs[`error_${method}_value`] = error;
    outputs[`error_${method}_x`] = Float64Array.from(pick(cutOffs, shown));
    outputs[`error_${method}_y`] = Float64Array.from(pick(error, shown));
  });
  return Object.assign(outputs, {
    error_mark_x: Float64Array.of(reading.heldOut, reading.heldOut),
    error_mark_y: Float64Array.of(0, reading.words.error_axis.high),
  });
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

function axes(reading: Reading): Outputs {
  const { words } = reading;
  const step = words.steps[reading.steps]!;
  const outputs: Outputs = {};
  const add = (name: string, { places, labels, low, high }: AxisEnds): void => {
    outputs[`${name}_ticks`] = Float64Array.from(places);
    outputs[`${name}_labels`] = labels;
    outputs[`${name}_low`] = low;
    outputs[`${name}_high`] = high;
  };
  add("scale", words.scale_axis);
  add("score", words.score_axis);
  add("first", step.first);
  add("second", step.second);
  add("held_out", words.held_out_axis);
  add("error", words.error_axis);
  return Object.assign(outputs, {
    scale_label: words.scale_label,
    scale_reverse: words.falls,
    second_label: step.label,
    second_reverse: step.falls,
    score_title: words.title,
    score_note: reading.known ? words.note : `not measured; shown: ${words.line}`,
  });
}

export function forecast(controls: Controls, constants: Constants): Outputs {
  const reading = new Reading(controls, constants);
  const outputs: Outputs = { ...scoreFigure(reading), ...axes(reading) };
  CHAINS.forEach((_, number) => {
    Object.assign(outputs, firstStep(reading, number), secondStep(reading, number));
  });
  return Object.assign(
    outputs,
    stepPoints(reading),
    errors(reading),
    readouts(reading),
    table(reading),
  );
}
