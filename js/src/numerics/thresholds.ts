/** Success at a bar; formulas and sources stand in core/theory/attempts.py. */
import { normalCdf } from "./normal.ts";

/** Chance that a jump clears a bar that lies `lead` below its mean. */
export function clearProbability(lead: number, spread: number): number {
  return spread === 0 ? (1 + Math.sign(lead)) / 2 : normalCdf(lead / spread);
}

/** Chance that at least one of so many attempts succeeds. */
export function bestOf(probability: number, attempts: number): number {
  return attempts === 1 ? probability : -Math.expm1(attempts * Math.log1p(-probability));
}
