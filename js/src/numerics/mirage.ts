/** The mirage model; formulas and sources stand in core/theory/mirage.py. */
import type { Vector } from "../programs/program.ts";
import { atLeastRight, failureMoment, multipleChoiceGrade } from "./expectations.ts";

export interface Law {
  exponent: number;
  criticalScale: number;
  floor: number;
}

/** An answer's tokens, a question's options, and how much alike the items are. */
export interface Items {
  length: number;
  options: number;
  concentration: number;
}

export interface Decision {
  errorsAllowed: number;
  decisionNoise: number;
}

export interface Scores {
  token_success: Vector;
  exact_match: Vector;
  token_edit_distance: Vector;
  edit_similarity: Vector;
  multiple_choice_grade: Vector;
  brier_score: Vector;
}

export function lossAt(scale: Vector, { exponent, criticalScale, floor }: Law): Vector {
  return scale.map((size) => floor + (size / criticalScale) ** exponent);
}

export function expectedScores(loss: Vector, items: Items, decision: Decision): Scores {
  const { length, options, concentration } = items;
  const right = length - decision.errorsAllowed;
  const success = loss.map((nats) => Math.exp(-nats));
  const failure = loss.map((nats) => -Math.expm1(-nats));
  const share = (options - 1) / options;
  return {
    token_success: success,
    exact_match: success.map((p, i) => atLeastRight(p, failure[i]!, length, right, concentration)),
    token_edit_distance: failure.map((eps) => length * eps),
    edit_similarity: success,
    multiple_choice_grade: success.map((p, i) =>
      multipleChoiceGrade(p, failure[i]!, options, decision.decisionNoise, concentration),
    ),
    brier_score: failure.map((eps) => share * failureMoment(eps, 2, concentration)),
  };
}

/** Standard deviation over items of every continuous score. */
export function scoreSpread(
  loss: Vector,
  { length, options, concentration }: Items,
): Record<"token_success" | "token_edit_distance" | "brier_score", Vector> {
  const alike = concentration === Number.POSITIVE_INFINITY;
  const clumping = alike ? 1 : (concentration + length) / (concentration + 1);
  const share = (options - 1) / options;
  const tokens = loss.map((nats) =>
    Math.sqrt(length * Math.exp(-nats) * -Math.expm1(-nats) * clumping),
  );
  return {
    token_success: tokens.map((wrong) => wrong / length),
    token_edit_distance: tokens,
    brier_score: loss.map((nats) => {
      if (alike) return 0;
      const eps = -Math.expm1(-nats);
      const second = failureMoment(eps, 2, concentration);
      const fourth = failureMoment(eps, 4, concentration);
      return share * Math.sqrt(Math.max(fourth - second ** 2, 0));
    }),
  };
}
