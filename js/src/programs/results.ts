/** Results: measured scores of real models, re-read through metrics. Twin of programs/results.py. */
import { breakthroughness } from "../numerics/measures.ts";
import { type Constants, type Controls, numeric, type Outputs, vector } from "./program.ts";
import { figure, scaleAxis } from "./results_figure.ts";
import { answers, table, verdicts } from "./results_listing.ts";
import { type Reading, read, resolution, SLOTS } from "./results_reading.ts";

/** Scores between the gaps of a line. */
function curvesOf(line: readonly number[]): number[][] {
  const curves: number[][] = [[]];
  for (const score of line) {
    if (Number.isNaN(score)) curves.push([]);
    else curves.at(-1)!.push(score);
  }
  return curves;
}

/** Breakthroughness of the first curve that has three points or more, and its null. */
function sharpness(
  reading: Reading,
  slot: number,
  metric: number,
  lines: readonly number[][],
): Outputs {
  const chosen = reading.metrics[metric];
  const found = lines
    .flatMap((line, family) => curvesOf(line).map((curve) => ({ family, curve })))
    .find(({ curve }) => curve.length >= 3);
  const numbers = { breakthroughness: NaN, null_95: NaN, ramp: NaN, uneven_from: NaN };
  let label = "";
  if (chosen && found) {
    const line = found.curve;
    const oriented = Float64Array.from(line, (score) => (chosen.lower_is_better ? -score : score));
    if (reading.axis.name === "loss") oriented.reverse();
    const null95 = vector(reading.constants, "null_95");
    numbers.breakthroughness = breakthroughness(oriented, resolution(reading, metric));
    numbers.null_95 = null95[Math.min(line.length, null95.length - 1)]!;
    numbers.ramp = line.length - 1;
    numbers.uneven_from = Math.max(2 * numbers.ramp, numbers.null_95);
    label = `${chosen.label}, ${(reading.constants.families as string[])[found.family]}`;
  }
  const outputs: Outputs = { [`readout_${slot}`]: label };
  for (const [name, number] of Object.entries(numbers)) outputs[`${name}_${slot}`] = number;
  return outputs;
}

export function results(controls: Controls, constants: Constants): Outputs {
  const reading = read(controls, constants);
  const outputs: Outputs = {};
  for (let slot = 0; slot < SLOTS; slot++) {
    const metric = numeric(controls, `metric_${slot + 1}`);
    const families = reading.shown.map((_, family) => family);
    const [drawn, lines] = figure(reading, slot, metric, families);
    Object.assign(outputs, drawn, sharpness(reading, slot, metric, lines));
  }
  const metrics = Array.from({ length: SLOTS }, (_, slot) =>
    numeric(controls, `metric_${slot + 1}`),
  );
  return Object.assign(
    outputs,
    scaleAxis(reading),
    table(reading, outputs),
    answers(reading),
    verdicts(reading, metrics),
  );
}
