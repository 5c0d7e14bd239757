/** Results: measured scores of real models, re-read through metrics. Twin of programs/results.py. */
import { breakthroughness } from "../numerics/measures.ts";
import { wilsonInterval } from "../numerics/sampling.ts";
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

const SLOTS = 4;
const PASSING = "passing";

interface AxisEnds {
  places: number[];
  labels: Record<string, string>;
  low: number;
  high: number;
}

interface Axis {
  linear: AxisEnds;
  log: AxisEnds | null;
}

interface ScaleAxis extends Axis {
  name: string;
  label: string;
}

interface Metric {
  name: string;
  title: string;
  label: string;
  lower_is_better: boolean;
  item_label: string;
}

interface AnswerSet {
  prompt: string[];
  target: string[];
  runs: Record<string, { output: string[]; score: (number | null)[] }>;
}

interface Points {
  run: number[];
  value: number[];
  lower: number[];
  upper: number[];
}

interface Reading {
  constants: Constants;
  task: number;
  logScore: boolean;
  logScale: boolean;
  intervals: boolean;
  shown: readonly boolean[];
  threshold: number;
  allOf: number;
  selection: number;
  metrics: readonly Metric[];
  axis: ScaleAxis;
  runFamily: Vector;
  runScale: Vector;
  lineAModel: boolean;
  usable: (run: number) => boolean;
}

function read(controls: Controls, constants: Constants): Reading {
  const kind = numeric(controls, "scale");
  const axis = (constants.scales as ScaleAxis[])[kind]!;
  const table = tensor(constants, "run_scale");
  const kinds = table.shape[1]!;
  const runScale = Float64Array.from({ length: table.shape[0]! }, (_, run) => {
    return table.data[run * kinds + kind]!;
  });
  const manySteps = constants.many_steps === true;
  const lineAModel = manySteps && axis.name !== "params";
  const logScale = controls.log_scale === true;
  const last = vector(constants, "run_last");
  return {
    constants,
    task: numeric(controls, "task"),
    logScore: controls.log_score === true,
    logScale,
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
    lineAModel,
    usable: (run) => {
      const scale = runScale[run]!;
      if (!Number.isFinite(scale) || (logScale && scale <= 0)) return false;
      return !manySteps || lineAModel || last[run]! > 0;
    },
  };
}

function cell(constants: Constants, name: string, row: number, column: number): number {
  const { shape, data } = tensor(constants, name);
  return data[row * shape[1]! + column]!;
}

function scores(reading: Reading, metric: number): Points {
  if (reading.metrics[metric]!.name === PASSING) return passing(reading);
  const pair = cell(reading.constants, "pair", reading.task, metric);
  const offsets = vector(reading.constants, "pair_offsets");
  const [from, to] = pair < 0 ? [0, 0] : [offsets[pair]!, offsets[pair + 1]!];
  const part = (name: string): number[] =>
    Array.from(vector(reading.constants, `point_${name}`).subarray(from, to));
  return { run: part("run"), value: part("value"), lower: part("lower"), upper: part("upper") };
}

/** Of each run: the chance that K answers drawn without replacement all pass. */
function passing({ constants, runFamily, task, threshold, allOf }: Reading): Points {
  const offsets = vector(constants, "item_offsets");
  const values = vector(constants, "item_value");
  const counts = vector(constants, "item_count");
  const points: Points = { run: [], value: [], lower: [], upper: [] };
  for (let run = 0; run < runFamily.length; run++) {
    const from = offsets[task * runFamily.length + run]!;
    const to = offsets[task * runFamily.length + run + 1]!;
    let n = 0;
    let right = 0;
    for (let at = from; at < to; at++) {
      n += counts[at]!;
      if (values[at]! >= threshold) right += counts[at]!;
    }
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

function place(value: number, logarithmic: boolean): number {
  if (!logarithmic) return value;
  return value > 0 ? Math.log10(value) : Number.NaN;
}

function keep(points: Points, kept: (index: number) => boolean): Points {
  const part = (values: number[]): number[] => values.filter((_, index) => kept(index));
  return {
    run: part(points.run),
    value: part(points.value),
    lower: part(points.lower),
    upper: part(points.upper),
  };
}

interface Line {
  scale: number[];
  score: number[];
}

/** Means over seeds, in order of scale; NaN between the lines of several models. */
function meanLine(reading: Reading, points: Points): Line {
  const group = vector(reading.constants, "run_group");
  const model = vector(reading.constants, "run_model");
  const means = new Map<number, { scale: number; score: number; size: number; model: number }>();
  points.run.forEach((run, index) => {
    const mean = means.get(group[run]!) ?? { scale: 0, score: 0, size: 0, model: 0 };
    mean.scale += reading.runScale[run]!;
    mean.score += points.value[index]!;
    mean.size += 1;
    if (reading.lineAModel) mean.model = model[run]!;
    means.set(group[run]!, mean);
  });
  const ordered = [...means.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, mean]) => ({
      scale: mean.scale / mean.size,
      score: mean.score / mean.size,
      model: mean.model,
    }))
    .sort((a, b) => a.model - b.model || a.scale - b.scale);
  const line: Line = { scale: [], score: [] };
  ordered.forEach((mean, index) => {
    if (index > 0 && mean.model !== ordered[index - 1]!.model) {
      line.scale.push(Number.NaN);
      line.score.push(Number.NaN);
    }
    line.scale.push(mean.scale);
    line.score.push(mean.score);
  });
  return line;
}

function series(
  reading: Reading,
  points: Points,
  line: Line,
  logarithmic: boolean,
  bottom: number,
): Record<string, Vector> {
  const scale = points.run.map((run) => reading.runScale[run]!);
  const x = scale.map((value) => place(value, reading.logScale));
  const y = points.value.map((value) => place(value, logarithmic));
  const barsX: number[] = [];
  const barsY: number[] = [];
  points.run.forEach((_, i) => {
    const [lower, upper] = [points.lower[i]!, points.upper[i]!];
    const barred = Number.isFinite(lower) && Number.isFinite(upper) && Number.isFinite(y[i]);
    if (!reading.intervals || !barred) return;
    const low = place(lower, logarithmic);
    barsX.push(x[i]!, x[i]!, Number.NaN);
    barsY.push(Number.isNaN(low) ? bottom : low, place(upper, logarithmic), Number.NaN);
  });
  const selected = points.run.flatMap((run, i) => (run === reading.selection ? [i] : []));
  return {
    scale: Float64Array.from(scale),
    score: Float64Array.from(points.value),
    lower: Float64Array.from(points.lower),
    upper: Float64Array.from(points.upper),
    run: Float64Array.from(points.run),
    x: Float64Array.from(x),
    y: Float64Array.from(y),
    bars_x: Float64Array.from(barsX),
    bars_y: Float64Array.from(barsY),
    line_x: Float64Array.from(line.scale, (value) => place(value, reading.logScale)),
    line_y: Float64Array.from(line.score, (value) => place(value, logarithmic)),
    selected: Float64Array.from(selected),
  };
}

function figure(reading: Reading, slot: number, metric: number): Outputs {
  const { constants } = reading;
  const chosen = reading.metrics[metric];
  const measured = chosen ? scores(reading, metric) : { run: [], value: [], lower: [], upper: [] };
  const points = keep(
    measured,
    (i) => reading.usable(measured.run[i]!) && Number.isFinite(measured.value[i]),
  );
  const axes = constants.axes as Axis[];
  const axis = axes[chosen ? cell(constants, "pair_axis", reading.task, metric) : 0]!;
  const logarithmic = reading.logScore && axis.log !== null;
  const ends = logarithmic ? axis.log! : axis.linear;
  const outputs: Outputs = {};
  const lines = reading.shown.map((visible, family) => {
    const mine = keep(points, (i) => visible && reading.runFamily[points.run[i]!] === family);
    const line = meanLine(reading, mine);
    for (const [name, part] of Object.entries(series(reading, mine, line, logarithmic, ends.low))) {
      outputs[`${name}_${slot}_${family}`] = part;
    }
    return line.score;
  });
  const hidden = logarithmic ? points.value.filter((value) => value <= 0).length : 0;
  const chance = chosen ? cell(constants, "pair_chance", reading.task, metric) : Number.NaN;
  outputs[`title_${slot}`] = chosen?.title ?? "";
  outputs[`note_${slot}`] = note(reading, chosen, points.run.length, hidden);
  outputs[`display_${slot}`] = chosen ? "" : "none";
  outputs[`score_ticks_${slot}`] = Float64Array.from(ends.places);
  outputs[`score_labels_${slot}`] = ends.labels;
  outputs[`score_low_${slot}`] = ends.low;
  outputs[`score_high_${slot}`] = ends.high;
  outputs[`chance_${slot}`] = new Float64Array(2).fill(place(chance, logarithmic));
  return Object.assign(outputs, sharpness(reading, slot, chosen, lines));
}

function note(
  reading: Reading,
  chosen: Metric | undefined,
  points: number,
  hidden: number,
): string {
  if (!chosen) return "";
  if (points === 0) return "not measured here";
  const parts: string[] = [];
  if (chosen.name === PASSING) {
    const hundredths = Math.floor(100 * (reading.threshold + 1e-9) + 0.5);
    const decimals = String(hundredths % 100).padStart(2, "0");
    parts.push(`${chosen.item_label} ≥ ${Math.floor(hundredths / 100)}.${decimals}`);
    if (reading.allOf > 1) parts.push(`${reading.allOf} of ${reading.allOf}`);
  }
  if (hidden > 0) parts.push(`${hidden} at or below 0 not on this axis`);
  return parts.join(", ");
}

/** Breakthroughness of the first line that has three points or more, and its null. */
function sharpness(
  reading: Reading,
  slot: number,
  chosen: Metric | undefined,
  lines: readonly number[][],
): Outputs {
  const firsts = lines.map((line) => {
    const end = line.findIndex(Number.isNaN);
    return end < 0 ? line : line.slice(0, end);
  });
  const family = firsts.findIndex((line) => line.length >= 3);
  const numbers = { breakthroughness: NaN, null_95: NaN, ramp: NaN, uneven_from: NaN };
  let label = "";
  if (chosen && family >= 0) {
    const line = firsts[family]!;
    const oriented = Float64Array.from(line, (score) => (chosen.lower_is_better ? -score : score));
    if (reading.axis.name === "loss") oriented.reverse();
    const null95 = vector(reading.constants, "null_95");
    numbers.breakthroughness = breakthroughness(oriented);
    numbers.null_95 = null95[Math.min(line.length, null95.length - 1)]!;
    numbers.ramp = line.length - 1;
    numbers.uneven_from = Math.max(2 * numbers.ramp, numbers.null_95);
    label = `${chosen.label}, ${(reading.constants.families as string[])[family]}`;
  }
  const outputs: Outputs = { [`readout_${slot}`]: label };
  for (const [name, number] of Object.entries(numbers)) outputs[`${name}_${slot}`] = number;
  return outputs;
}

function scaleAxis({ axis, logScale }: Reading): Outputs {
  const ends = logScale && axis.log !== null ? axis.log : axis.linear;
  return {
    scale_ticks: Float64Array.from(ends.places),
    scale_labels: ends.labels,
    scale_low: ends.low,
    scale_high: ends.high,
    scale_ends: Float64Array.of(ends.low, ends.high),
    scale_label: axis.label,
    scale_reverse: axis.name === "loss",
  };
}

/** Outputs of the selected run beside the targets, with the mark of those that pass. */
function answers({ constants, task, selection, threshold }: Reading): Outputs {
  if (selection < 0) return { answers: { heading: "", rows: [] } };
  const heading = (constants.run_names as string[])[selection]!;
  const chosen = (constants.answers as (AnswerSet | null)[])[task];
  const mine = chosen?.runs[String(selection)];
  if (!chosen || !mine) return { answers: { heading, rows: [] } };
  const rows = chosen.prompt.map((prompt, i) => {
    const score = mine.score[i] ?? null;
    return {
      prompt,
      target: chosen.target[i]!,
      output: mine.output[i]!,
      score,
      passed: score !== null && score >= threshold,
    };
  });
  return { answers: { heading, rows } };
}

export function results(controls: Controls, constants: Constants): Outputs {
  const reading = read(controls, constants);
  const outputs: Outputs = {};
  for (let slot = 0; slot < SLOTS; slot++) {
    Object.assign(outputs, figure(reading, slot, numeric(controls, `metric_${slot + 1}`)));
  }
  return Object.assign(outputs, scaleAxis(reading), answers(reading));
}
