/** One figure of measured scores. Twin of programs/results_figure.py. */
import { axisPosition } from "../encode.ts";
import { type Outputs, vector } from "./program.ts";
import {
  type Axis,
  type AxisEnds,
  cell,
  type Inputs,
  type Metric,
  PASSING,
  type Points,
  scores,
} from "./results_inputs.ts";

const MOST_NAMES = 5;
const NAME_ROOM = 0.09;
const HIGHEST_NAME = 0.88;

function keep(points: Points, kept: (index: number) => boolean): Points {
  const part = (values: number[]): number[] => values.filter((_, index) => kept(index));
  return {
    run: part(points.run),
    value: part(points.value),
    lower: part(points.lower),
    upper: part(points.upper),
  };
}

/** What is drawn through one family's points, with the mean ends of their intervals. */
export interface Line {
  scale: number[];
  score: number[];
  lower: number[];
  upper: number[];
}

function middle(values: number[], medians: boolean): number {
  const { length } = values;
  if (!medians) return values.reduce((sum, value) => sum + value, 0) / length;
  values.sort((a, b) => a - b);
  return (values[(length - 1) >> 1]! + values[length >> 1]!) / 2;
}

/** Means or medians over the runs of each point; NaN between curves. */
function meanLine(inputs: Inputs, points: Points): Line {
  const order = points.run
    .map((run, index) => ({ curve: inputs.runCurve[run]!, at: inputs.runAt[run]!, index }))
    .sort((a, b) => a.curve - b.curve || a.at - b.at);
  const line: Line = { scale: [], score: [], lower: [], upper: [] };
  let start = 0;
  while (start < order.length) {
    const { curve, at } = order[start]!;
    let end = start;
    while (end < order.length && order[end]!.curve === curve && order[end]!.at === at) end++;
    if (start > 0 && curve !== order[start - 1]!.curve) {
      for (const part of Object.values(line)) part.push(Number.NaN);
    }
    const of = (values: readonly number[]): number[] =>
      order.slice(start, end).map(({ index }) => values[index]!);
    line.scale.push(at);
    line.score.push(middle(of(points.value), inputs.medians));
    line.lower.push(middle(of(points.lower), false));
    line.upper.push(middle(of(points.upper), false));
    start = end;
  }
  return line;
}

/** Names of models at the ends of their lines, each once in a figure and where it has room. */
class Names {
  private readonly taken = new Map<string, number>();
  private readonly texts: readonly string[];
  private readonly named: boolean;

  constructor(
    private readonly inputs: Inputs,
    visible: Points,
    private readonly ends: AxisEnds,
    private readonly logarithmic: boolean,
  ) {
    const training = vector(inputs.constants, "run_training");
    this.texts = inputs.constants.training_names as string[];
    const distinct = new Set(visible.run.map((run) => this.texts[training[run]!]!)).size;
    const along = visible.run.some((run) => inputs.runCurve[run]! >= inputs.shown.length);
    this.named = along && distinct > 1 && distinct <= MOST_NAMES;
  }

  /** Of one family's lines: where names stand, and which. */
  beside(points: Points, line: Line): Outputs {
    const { inputs, taken } = this;
    const { low, high } = this.ends;
    const offset = inputs.shown.length;
    const curves = this.named ? points.run.map((run) => inputs.runCurve[run]!) : [];
    const texts = [...new Set(curves)]
      .sort((a, b) => a - b)
      .map((curve) => (curve < offset ? "" : this.texts[curve - offset]!));
    const step = inputs.axis.name === "loss" ? -1 : 1;
    const scale: number[] = [];
    const score: number[] = [];
    const names: string[] = [];
    let next = 0;
    line.scale.forEach((place, i) => {
      const beside = line.scale[i + step];
      if (Number.isNaN(place) || (beside !== undefined && !Number.isNaN(beside))) return;
      const text = texts[next++];
      const height = axisPosition(line.score[i]!, this.logarithmic);
      const share = Math.min((height - low) / (high - low), HIGHEST_NAME);
      const crowded = [...taken.values()].some((other) => Math.abs(share - other) < NAME_ROOM);
      if (!text || taken.has(text) || crowded || !Number.isFinite(share)) return;
      taken.set(text, share);
      scale.push(place);
      score.push(line.score[i]!);
      names.push(text);
    });
    return {
      name_scale: Float64Array.from(scale),
      name_score: Float64Array.from(score),
      name_text: names,
    };
  }
}

function series(inputs: Inputs, points: Points, line: Line, logarithmic: boolean): Outputs {
  const barred = points.run.map((_, i) => {
    const whole = Number.isFinite(points.lower[i]) && Number.isFinite(points.upper[i]);
    return Number(inputs.intervals && whole && (!logarithmic || points.value[i]! > 0));
  });
  return {
    scale: Float64Array.from(points.run, (run) => inputs.runScale[run]!),
    score: Float64Array.from(points.value),
    lower: Float64Array.from(points.lower),
    upper: Float64Array.from(points.upper),
    run: Float64Array.from(points.run),
    barred: Float64Array.from(barred),
    line_scale: Float64Array.from(line.scale),
    line_score: Float64Array.from(line.score),
  };
}

/**
 * One metric of the chosen task: its outputs, and of each place its line.
 * `families` are the families by their place; one that is not there has an empty place.
 */
export function figure(
  inputs: Inputs,
  slot: number,
  metric: number,
  families: readonly number[],
): [Outputs, Line[]] {
  const { constants } = inputs;
  const chosen = inputs.metrics[metric];
  const measured = chosen ? scores(inputs, metric) : { run: [], value: [], lower: [], upper: [] };
  const known = keep(
    measured,
    (i) => inputs.drawn(measured.run[i]!) && Number.isFinite(measured.value[i]),
  );
  const points = keep(known, (i) => !inputs.offScale(known.run[i]!));
  const offScale = known.run.length - points.run.length;
  const axes = constants.axes as Axis[];
  const axis = axes[chosen ? cell(constants, "pair_axis", inputs.task, metric) : 0]!;
  const logarithmic = inputs.logScore && axis.log !== null;
  const ends = logarithmic ? axis.log! : axis.linear;
  const visible = keep(points, (i) => inputs.shown[inputs.runFamily[points.run[i]!]!]!);
  const names = new Names(inputs, visible, ends, logarithmic);
  const outputs: Outputs = {};
  const lines = families.map((family, at) => {
    const shown = inputs.shown[family] === true;
    const mine = keep(points, (i) => shown && inputs.runFamily[points.run[i]!] === family);
    const line = meanLine(inputs, mine);
    const drawn = { ...series(inputs, mine, line, logarithmic), ...names.beside(mine, line) };
    for (const [name, part] of Object.entries(drawn)) outputs[`${name}_${slot}_${at}`] = part;
    return line;
  });
  const hidden = logarithmic ? points.value.filter((value) => value <= 0).length : 0;
  const chance = chosen ? cell(constants, "pair_chance", inputs.task, metric) : Number.NaN;
  const mine = {
    metric_shown: chosen !== undefined,
    title: chosen?.title ?? "",
    table_label: chosen?.label ?? "",
    note: note(inputs, chosen, points.run.length, hidden, offScale),
    score_axis: ends,
    score_logarithmic: logarithmic,
    points: visible.run.length,
    chance,
    onset: onset(inputs, chosen, chance, visible),
  };
  for (const [name, part] of Object.entries(mine)) outputs[`${name}_${slot}`] = part;
  return [outputs, lines];
}

/** The smallest scale (the greatest loss) whose interval lies on the good side of chance. */
function onset(inputs: Inputs, chosen: Metric | undefined, chance: number, points: Points): number {
  if (!chosen || !inputs.onset) return Number.NaN;
  const level = Number.isNaN(chance) ? 0 : chance;
  const better = (i: number): boolean =>
    chosen.lower_is_better ? points.upper[i]! < chance : points.lower[i]! > level;
  const seen = points.run.filter((_, i) => better(i)).map((run) => inputs.runScale[run]!);
  if (seen.length === 0) return Number.NaN;
  return inputs.axis.name === "loss" ? Math.max(...seen) : Math.min(...seen);
}

function note(
  inputs: Inputs,
  chosen: Metric | undefined,
  points: number,
  hidden: number,
  offScale: number,
): string {
  if (!chosen) return "";
  if (points + offScale === 0) return "not measured here";
  const parts: string[] = [];
  if (chosen.name === PASSING) {
    const hundredths = Math.floor(100 * (inputs.threshold + 1e-9) + 0.5);
    const decimals = String(hundredths % 100).padStart(2, "0");
    const label = (inputs.constants.item_labels as string[])[inputs.task]!;
    parts.push(`${label} ≥ ${Math.floor(hundredths / 100)}.${decimals}`);
    if (inputs.allOf > 1) parts.push(`${inputs.allOf} of ${inputs.allOf}`);
  }
  if (hidden > 0) parts.push(`${hidden} at or below 0 not on this axis`);
  if (offScale > 0) parts.push(`${offScale} with a scale at or below 0 not on this axis`);
  return parts.join(", ");
}

/** The scale axis that all figures share. */
export function scaleAxis({ axis, logScale }: Inputs): Outputs {
  return {
    scale_axis: logScale && axis.log !== null ? axis.log : axis.linear,
    scale_label: axis.label,
    scale_falls: axis.name === "loss",
  };
}
