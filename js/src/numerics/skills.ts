/** Sharp skills that sum to a smooth loss; formulas and sources stand in core/theory/skills.py. */
import { skills as shared } from "../contract.json";
import type { Vector } from "../programs/program.ts";

const { SUMMED, CORRECTIONS, ROUNDING } = shared;

/** Sum over k > skills of k^-(1 + a). */
export function zipfTail(skills: number, a: number): number {
  const power = 1 + a;
  const first = skills + 1;
  let total = 0;
  for (let k = 0; k < SUMMED; k++) total += (first + k) ** -power;
  const rest = first + SUMMED;
  total += rest ** -a / a + rest ** -power / 2;
  let rising = power;
  CORRECTIONS.forEach((correction, j) => {
    total += correction * rising * rest ** -(power + 2 * j + 1);
    rising *= (power + 2 * j + 1) * (power + 2 * j + 2);
  });
  return total;
}

export function skillsLearnt(scale: Vector, skillSize: number): Vector {
  return scale.map((size) => Math.floor((size / skillSize) * (1 + ROUNDING)));
}

export function skillsLoss(
  skills: Vector,
  a: number,
  { cost, floor }: { cost: number; floor: number },
): Vector {
  return skills.map((learnt) => floor + cost * zipfTail(learnt, a));
}

export function tasksSolved(skills: Vector, a: number, needed: number): Vector {
  const all = zipfTail(0, a);
  return skills.map((learnt) => Math.max(1 - zipfTail(learnt, a) / all, 0) ** needed);
}

/** Rank of the hardest skill of a middling task. */
export function hardestSkill(a: number, needed: number): number {
  const most = -Math.expm1(-Math.LN2 / needed) * zipfTail(0, a);
  const rank = Math.ceil((a * most) ** (-1 / a));
  const below = Math.max(rank - 1, 1);
  return zipfTail(below, a) <= most ? below : rank;
}
