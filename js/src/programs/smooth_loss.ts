/** What a smooth loss predicts of a sharp score (X). Twin of programs/smooth_loss.py. */
import { smooth_loss as shared } from "../contract.json";
import { explainedByLoss } from "../numerics/explained_by_loss.ts";
import { type Vector, vector } from "./program.ts";
import { cell, type Inputs, PASSING, scores } from "./results_inputs.ts";

const { MOST_SCALES } = shared;

export interface Predicted {
  /** Of the steepest half of the rise. */
  share: number;
  scale: Vector;
  score: Vector;
}

/** For one part of a family's line, if its score is sharp and its runs have a loss. */
export function smoothLoss(
  inputs: Inputs,
  metric: number,
  family: number,
  part: number,
): Predicted | undefined {
  const { constants, task } = inputs;
  const chosen = inputs.metrics[metric]!;
  const loss = vector(constants, "task_loss")[task]!;
  if (chosen.kind !== "sharp" || chosen.lower_is_better || loss < 0) return undefined;
  if (inputs.axis.name === "loss") return undefined;
  const measured = scores(inputs, metric);
  const partner = scores(inputs, loss);
  const lossOf = new Map(partner.run.map((run, i) => [run, partner.value[i]!]));
  const known = measured.run
    .map((run, i) => ({ run, score: measured.value[i]!, loss: lossOf.get(run) ?? Number.NaN }))
    .filter(
      ({ run, score }) => inputs.drawn(run) && !inputs.offScale(run) && Number.isFinite(score),
    )
    .filter(({ run }) => inputs.runFamily[run] === family);
  const curves = [...new Set(known.map(({ run }) => inputs.runCurve[run]!))].sort((a, b) => a - b);
  const mine = known.filter(
    ({ run }) => inputs.runCurve[run] === curves[part] && inputs.runAt[run]! > 0,
  );
  const levels = [...new Set(mine.map(({ run }) => inputs.runAt[run]!))].sort((a, b) => a - b);
  if (levels.length < 3 || levels.length > MOST_SCALES) return undefined;
  if (mine.some((one) => !Number.isFinite(one.loss))) return undefined;
  const own = chosen.name !== PASSING;
  const guessing = own ? cell(constants, "pair_chance", task, metric) : 0;
  const chance = Number.isNaN(guessing) ? 0 : guessing;
  const best = own ? cell(constants, "pair_best", task, metric) : 1;
  if (!(best > chance)) return undefined;
  const runs = mine.map((one) => ({
    level: levels.indexOf(inputs.runAt[one.run]!),
    loss: one.loss,
    share: (one.score - chance) / (best - chance),
  }));
  const found = explainedByLoss(levels, runs);
  if (found === undefined) return undefined;
  const score = Float64Array.from(found.predicted, (share) => chance + (best - chance) * share);
  return { share: found.share, scale: Float64Array.from(levels), score };
}
