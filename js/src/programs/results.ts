/** Results: measured scores of real models, re-read through metrics. Twin of programs/results.py. */
import { breakthroughness } from "../numerics/measures.ts";
import { type Across, lateRiseShown } from "./late.ts";
import {
  type Constants,
  type Controls,
  numeric,
  type Outputs,
  reversed,
  type Series,
  turned,
  type Vector,
} from "./program.ts";
import { figure, type Line, scaleAxis } from "./results_figure.ts";
import {
  type AnswerSet,
  type AxisEnds,
  type Inputs,
  read,
  resolution,
  SLOTS,
} from "./results_inputs.ts";
import { smoothLoss } from "./smooth_loss.ts";

/** Parts of a line between its gaps, without scales at or below 0, which are on no curve. */
function curvesOf(line: Line): Series[] {
  const curves: number[][] = [[]];
  line.score.forEach((score, i) => {
    if (Number.isNaN(score)) curves.push([]);
    else if (line.scale[i]! > 0) curves.at(-1)!.push(i);
  });
  return curves.map((places) => {
    const part = (values: readonly number[]) => Float64Array.from(places, (i) => values[i]!);
    const { scale, score, lower, upper } = line;
    return { scale: part(scale), score: part(score), lower: part(lower), upper: part(upper) };
  });
}

function acrossOf(inputs: Inputs): Across {
  const { low, high } = scaleAxis(inputs).scale_axis as AxisEnds;
  const [left, right] = inputs.axis.name === "loss" ? [high, low] : [low, high];
  return { left, right, logarithmic: inputs.logScale && inputs.axis.log !== null };
}

/** T, breakthroughness and what a smooth loss predicts, of the first curve of three points. */
function sharpness(inputs: Inputs, slot: number, metric: number, lines: readonly Line[]): Outputs {
  const chosen = inputs.metrics[metric];
  const { constants } = inputs;
  const found = lines
    .flatMap((line, family) => curvesOf(line).map((curve, part) => ({ family, part, curve })))
    .find(({ curve }) => curve.score.length >= 3);
  let [steepness, label, falls] = [Number.NaN, "", false];
  const scaleFalls = inputs.axis.name === "loss";
  if (chosen && found) {
    falls = chosen.lower_is_better;
    const better = falls ? turned(found.curve) : found.curve;
    const oriented = scaleFalls ? reversed(better) : better;
    steepness = breakthroughness(oriented.score, resolution(inputs, metric));
    label = `${chosen.label}, ${(constants.families as string[])[found.family]}`;
  }
  const none = new Float64Array(0);
  const curve = found?.curve ?? { scale: none, score: none, lower: none, upper: none };
  const late = lateRiseShown(slot, curve, acrossOf(inputs), { falls, scaleFalls });
  const seen = found !== undefined && !Number.isNaN(late[`late_${slot}`]);
  const ofLoss = seen ? smoothLoss(inputs, metric, found.family, found.part) : undefined;
  return {
    ...late,
    [`steady_falls_${slot}`]: falls,
    [`late_colour_${slot}`]: (constants.family_colours as string[])[found?.family ?? 0]!,
    [`breakthroughness_${slot}`]: steepness,
    [`readout_${slot}`]: label,
    [`explained_${slot}`]: ofLoss?.share ?? Number.NaN,
    [`predicted_scale_${slot}`]: ofLoss?.scale ?? none,
    [`predicted_score_${slot}`]: ofLoss?.score ?? none,
  };
}

export function results(controls: Controls, constants: Constants): Outputs {
  const inputs = read(controls, constants);
  const outputs: Outputs = {};
  for (let slot = 0; slot < SLOTS; slot++) {
    const metric = numeric(controls, `metric_${slot + 1}`);
    const families = inputs.shown.map((_, family) => family);
    const [drawn, lines] = figure(inputs, slot, metric, families);
    Object.assign(outputs, drawn, sharpness(inputs, slot, metric, lines));
  }
  const metrics = Array.from({ length: SLOTS }, (_, slot) =>
    numeric(controls, `metric_${slot + 1}`),
  );
  return Object.assign(
    outputs,
    scaleAxis(inputs),
    table(inputs, outputs),
    answers(inputs),
    verdicts(inputs, metrics),
  );
}

/** Every run that is drawn in some figure, with its score in each; `places` are for families. */
export function table(
  inputs: Inputs,
  outputs: Outputs,
  slots = SLOTS,
  places = inputs.shown.length,
): Outputs {
  const { constants } = inputs;
  const scoresOf = new Map<number, number[]>();
  for (let slot = 0; slot < slots; slot++) {
    for (let family = 0; family < places; family++) {
      const score = outputs[`score_${slot}_${family}`] as Vector;
      (outputs[`run_${slot}_${family}`] as Vector).forEach((run, i) => {
        const row = scoresOf.get(run) ?? new Array<number>(slots).fill(Number.NaN);
        row[slot] = score[i]!;
        scoresOf.set(run, row);
      });
    }
  }
  const runs = [...scoresOf.keys()].sort((a, b) => a - b);
  const runNames = constants.run_names as string[];
  const families = constants.families as string[];
  const columns: Outputs = {
    table_model: runs.map((run) => runNames[run]!),
    table_family: runs.map((run) => families[inputs.runFamily[run]!]!),
    table_scale: Float64Array.from(runs, (run) => inputs.runScale[run]!),
  };
  for (let slot = 0; slot < slots; slot++) {
    columns[`table_score_${slot}`] = Float64Array.from(runs, (run) => scoresOf.get(run)![slot]!);
  }
  return columns;
}

/** Outputs of the selected run beside the targets, with the mark of those that pass. */
export function answers({ constants, task, selection, threshold }: Inputs): Outputs {
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

type Ladder = Record<string, unknown>;

/** The ladders of the metrics that are shown, each once; all of the task's if none has one. */
export function verdicts({ constants, task }: Inputs, metrics: readonly number[]): Outputs {
  const ladders = (constants.verdicts as Record<string, Ladder>[] | undefined)?.[task] ?? {};
  const shown = [...new Set(metrics)].map((metric) => ladders[metric]);
  const chosen = shown.filter((ladder) => ladder !== undefined);
  return { verdicts: chosen.length > 0 ? chosen : Object.values(ladders) };
}
