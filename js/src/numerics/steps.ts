/** Chains of steps; formulas and sources stand in core/theory. */
import type { Vector } from "../programs/program.ts";

/** Chances of being right and wrong, which add up to 1; each is kept exact near 0. */
export type Chances = readonly [success: number, failure: number];

export function stepSuccess(loss: number, logistic: boolean): Chances {
  if (logistic) return [1 / (1 + loss), 1 / (1 + 1 / loss)];
  return [Math.exp(-loss), -Math.expm1(-loss)];
}

export function stepLossFor(failure: number, logistic: boolean): number {
  if (!logistic) return -Math.log1p(-failure);
  return failure === 1 ? Number.POSITIVE_INFINITY : failure / (1 - failure);
}

/** Logarithm of a chance whose complement may be known more exactly. */
function log(chance: number, other: number): number {
  return other < 0.5 ? Math.log1p(-other) : Math.log(chance);
}

export function chainSuccess([success, failure]: Chances, steps: number): number {
  return steps === 1 ? success : Math.exp(steps * log(success, failure));
}

export function withRetries([success, failure]: Chances, retries: number): Chances {
  if (retries === 0) return [success, failure];
  const logFailure = (retries + 1) * log(failure, success);
  return [-Math.expm1(logFailure), Math.exp(logFailure)];
}

/** Chance that at most so many steps are wrong: the lower tail of a Poisson binomial. */
export function atMostWrong(steps: readonly Chances[], errorsAllowed: number): number {
  if (errorsAllowed >= steps.length) return 1;
  const counts = new Float64Array(errorsAllowed + 1);
  counts[0] = 1;
  for (const [success, failure] of steps) {
    for (let wrong = errorsAllowed; wrong > 0; wrong--) {
      counts[wrong] = counts[wrong]! * success + counts[wrong - 1]! * failure;
    }
    counts[0] = counts[0]! * success;
  }
  return Math.min(
    counts.reduce((sum, count) => sum + count, 0),
    1,
  );
}

/** Relative losses of unequal steps: evenly spaced in log, with mean 1. */
export function stepLosses(steps: number, unevenness: number): Vector {
  const relative = Float64Array.from(
    { length: steps },
    (_, i) => unevenness ** (i / Math.max(steps - 1, 1)),
  );
  const mean = relative.reduce((sum, loss) => sum + loss, 0) / steps;
  return relative.map((loss) => loss / mean);
}
