/** One figure of measured scores. Twin of programs/results_figure.py. */
import { intervalLine, place, trimmed } from "./drawing.ts";
import { type Outputs, type Vector, vector } from "./program.ts";
import { onsetMark } from "./results_onset.ts";
import {
  type Axis,
  type AxisEnds,
  cell,
  type Metric,
  PASSING,
  type Points,
  type Reading,
  scores,
} from "./results_reading.ts";

const MOST_NAMES = 5;
const POINT_SIZES = [
  [80, 42],
  [240, 20],
] as const;
const SMALLEST_POINT = 9;
const POINT_EDGE = "var(--ew-surface)";
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

interface Line {
  scale: number[];
  score: number[];
}

function middle(values: number[], medians: boolean): number {
  const { length } = values;
  if (!medians) return values.reduce((sum, value) => sum + value, 0) / length;
  values.sort((a, b) => a - b);
  return (values[(length - 1) >> 1]! + values[length >> 1]!) / 2;
}

/** Means or medians over the runs of each point; NaN between curves. */
function meanLine(reading: Reading, points: Points): Line {
  const order = points.run
    .map((run, index) => ({ curve: reading.runCurve[run]!, at: reading.runAt[run]!, index }))
    .sort((a, b) => a.curve - b.curve || a.at - b.at);
  const line: Line = { scale: [], score: [] };
  let start = 0;
  while (start < order.length) {
    const { curve, at } = order[start]!;
    let end = start;
    while (end < order.length && order[end]!.curve === curve && order[end]!.at === at) end++;
    if (start > 0 && curve !== order[start - 1]!.curve) {
      line.scale.push(Number.NaN);
      line.score.push(Number.NaN);
    }
    const values = order.slice(start, end).map(({ index }) => points.value[index]!);
    line.scale.push(at);
    line.score.push(middle(values, reading.medians));
    start = end;
  }
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
  const lows: number[] = [];
  const highs: number[] = [];
  points.run.forEach((_, i) => {
    const [lower, upper] = [points.lower[i]!, points.upper[i]!];
    const barred = Number.isFinite(lower) && Number.isFinite(upper) && Number.isFinite(y[i]);
    if (!reading.intervals || !barred) return;
    const low = place(lower, logarithmic);
    barsX.push(x[i]!);
    lows.push(Number.isNaN(low) ? bottom : low);
    highs.push(place(upper, logarithmic));
  });
  // A point without a place would be an error in the browser.
  const drawn = <T>(values: T[]): T[] => values.filter((_, i) => Number.isFinite(y[i]));
  const run = drawn(points.run);
  const selected = run.flatMap((one, i) => (one === reading.selection ? [i] : []));
  return {
    scale: Float64Array.from(scale),
    score: Float64Array.from(points.value),
    lower: Float64Array.from(points.lower),
    upper: Float64Array.from(points.upper),
    run: Float64Array.from(points.run),
    drawn_run: Float64Array.from(run),
    x: Float64Array.from(drawn(x)),
    y: Float64Array.from(drawn(y)),
    bars_x: intervalLine(barsX, barsX),
    bars_y: intervalLine(lows, highs),
    line_x: Float64Array.from(line.scale, (value) => place(value, reading.logScale)),
    line_y: Float64Array.from(line.score, (value) => place(value, logarithmic)),
    selected: Float64Array.from(selected),
  };
}

/** Names of models at the right ends of their lines, each once and where it has room. */
function names(
  texts: readonly string[],
  x: Vector,
  y: Vector,
  { low, high }: AxisEnds,
  taken: Map<string, number>,
  first: boolean,
): Outputs {
  const nameX: number[] = [];
  const nameY: number[] = [];
  const nameText: string[] = [];
  let line = 0;
  x.forEach((place, i) => {
    const beside = first ? x[i - 1] : x[i + 1];
    if (Number.isNaN(place) || (beside !== undefined && !Number.isNaN(beside))) return;
    const text = texts[line++];
    const share = Math.min((y[i]! - low) / (high - low), HIGHEST_NAME);
    const crowded = [...taken.values()].some((other) => Math.abs(share - other) < NAME_ROOM);
    if (!text || taken.has(text) || crowded || !Number.isFinite(share)) return;
    taken.set(text, share);
    nameX.push(place);
    nameY.push(low + share * (high - low));
    nameText.push(text);
  });
  return {
    name_x: Float64Array.from(nameX),
    name_y: Float64Array.from(nameY),
    name_text: nameText,
  };
}

/**
 * One metric of the chosen task: its outputs, and of each place the scores along its line.
 * `families` are the families by their place; one that is not there has an empty place.
 */
export function figure(
  reading: Reading,
  slot: number,
  metric: number,
  families: readonly number[],
): [Outputs, number[][]] {
  const { constants } = reading;
  const chosen = reading.metrics[metric];
  const measured = chosen ? scores(reading, metric) : { run: [], value: [], lower: [], upper: [] };
  const known = keep(
    measured,
    (i) => reading.drawn(measured.run[i]!) && Number.isFinite(measured.value[i]),
  );
  const points = keep(known, (i) => !reading.offScale(known.run[i]!));
  const offScale = known.run.length - points.run.length;
  const axes = constants.axes as Axis[];
  const axis = axes[chosen ? cell(constants, "pair_axis", reading.task, metric) : 0]!;
  const logarithmic = reading.logScore && axis.log !== null;
  const scoreEnds = logarithmic ? axis.log! : axis.linear;
  const outputs: Outputs = {};
  const training = vector(constants, "run_training");
  const trainingNames = constants.training_names as string[];
  const offset = reading.shown.length;
  const namesOf = (part: Points): string[] =>
    [...new Set(part.run.map((run) => reading.runCurve[run]!))]
      .sort((a, b) => a - b)
      .map((curve) => (curve < offset ? "" : trainingNames[curve - offset]!));
  const visible = keep(points, (i) => reading.shown[reading.runFamily[points.run[i]!]!]!);
  const distinct = new Set(visible.run.map((run) => trainingNames[training[run]!]!)).size;
  const along = visible.run.some((run) => reading.runCurve[run]! >= offset);
  const named = along && distinct > 1 && distinct <= MOST_NAMES;
  const taken = new Map<string, number>();
  const first = reading.axis.name === "loss";
  const lines = families.map((family, at) => {
    const shown = reading.shown[family] === true;
    const mine = keep(points, (i) => shown && reading.runFamily[points.run[i]!] === family);
    const line = meanLine(reading, mine);
    const drawn = series(reading, mine, line, logarithmic, scoreEnds.low);
    const texts = named ? namesOf(mine) : [];
    const labels = names(texts, drawn.line_x!, drawn.line_y!, scoreEnds, taken, first);
    [drawn.line_x, drawn.line_y] = trimmed(drawn.line_x!, drawn.line_y!);
    for (const [name, part] of Object.entries({ ...drawn, ...labels })) {
      outputs[`${name}_${slot}_${at}`] = part;
    }
    // A scale at or below 0 is drawn on a linear axis, and is on no curve.
    return line.score.filter((_, i) => !(line.scale[i]! <= 0));
  });
  const hidden = logarithmic ? points.value.filter((value) => value <= 0).length : 0;
  const chance = chosen ? cell(constants, "pair_chance", reading.task, metric) : Number.NaN;
  outputs[`title_${slot}`] = chosen?.title ?? "";
  outputs[`table_label_${slot}`] = chosen?.label ?? "";
  outputs[`note_${slot}`] = note(reading, chosen, points.run.length, hidden, offScale);
  outputs[`panel_classes_${slot}`] = [
    "ew-panel",
    `ew-figure-figure_${slot + 1}`,
    ...(chosen ? [] : ["ew-absent"]),
  ];
  outputs[`score_ticks_${slot}`] = Float64Array.from(scoreEnds.places);
  outputs[`score_labels_${slot}`] = scoreEnds.labels;
  const many = visible.run.length;
  outputs[`point_size_${slot}`] = pointSize(many);
  outputs[`point_edge_${slot}`] = many <= POINT_SIZES.at(-1)![0] ? POINT_EDGE : null;
  outputs[`score_low_${slot}`] = scoreEnds.low;
  outputs[`score_high_${slot}`] = scoreEnds.high;
  Object.assign(
    outputs,
    chanceLine(reading, slot, place(chance, logarithmic)),
    onsetMark(reading, slot, chosen, chance, visible, scoreEnds),
  );
  return [outputs, lines];
}

function pointSize(points: number): number {
  return POINT_SIZES.find(([most]) => points <= most)?.[1] ?? SMALLEST_POINT;
}

/** A dashed line with its name at its end, or nothing. */
function chanceLine(reading: Reading, slot: number, at: number): Outputs {
  const { low, high } = scaleEnds(reading);
  const known = Number.isFinite(at);
  const end = reading.axis.name === "loss" ? low : high;
  return {
    [`chance_x_${slot}`]: Float64Array.from(known ? [low, high] : []),
    [`chance_y_${slot}`]: Float64Array.from(known ? [at, at] : []),
    [`chance_end_${slot}`]: Float64Array.from(known ? [end] : []),
    [`chance_at_${slot}`]: Float64Array.from(known ? [at] : []),
    [`chance_note_${slot}`]: known ? ["chance"] : [],
  };
}

function note(
  reading: Reading,
  chosen: Metric | undefined,
  points: number,
  hidden: number,
  offScale: number,
): string {
  if (!chosen) return "";
  if (points + offScale === 0) return "not measured here";
  const parts: string[] = [];
  if (chosen.name === PASSING) {
    const hundredths = Math.floor(100 * (reading.threshold + 1e-9) + 0.5);
    const decimals = String(hundredths % 100).padStart(2, "0");
    const label = (reading.constants.item_labels as string[])[reading.task]!;
    parts.push(`${label} ≥ ${Math.floor(hundredths / 100)}.${decimals}`);
    if (reading.allOf > 1) parts.push(`${reading.allOf} of ${reading.allOf}`);
  }
  if (hidden > 0) parts.push(`${hidden} at or below 0 not on this axis`);
  if (offScale > 0) parts.push(`${offScale} with a scale at or below 0 not on this axis`);
  return parts.join(", ");
}

function scaleEnds({ axis, logScale }: Reading): AxisEnds {
  return logScale && axis.log !== null ? axis.log : axis.linear;
}

/** The scale axis that all figures share. */
export function scaleAxis(reading: Reading): Outputs {
  const { axis } = reading;
  const { places, labels, low, high } = scaleEnds(reading);
  return {
    scale_ticks: Float64Array.from(places),
    scale_labels: labels,
    scale_low: low,
    scale_high: high,
    scale_label: axis.label,
    scale_reverse: axis.name === "loss",
  };
}
