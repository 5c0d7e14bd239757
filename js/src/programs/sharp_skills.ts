/** The converse of the mirage: sharp skills behind the same smooth loss. Twin of programs/sharp_skills.py. */
import { sharp_skills as shared } from "../contract.json";
import { hardestSkill, skillsLearnt, skillsLoss, tasksSolved } from "../numerics/skills.ts";
import { type Across, lateRiseShown } from "./late.ts";
import { type Controls, numeric, type Outputs, type Vector, whole } from "./program.ts";

const { MOST_NATS, TASKS } = shared;

export function sharpSkills(
  controls: Controls,
  scale: Vector,
  models: Vector,
  across: Across,
): Outputs {
  const a = -numeric(controls, "exponent");
  const needed = whole(controls, "skills_needed");
  const size = scale[0]!;
  const floor = numeric(controls, "floor");
  const cost = Math.min(a * (numeric(controls, "critical_scale") / size) ** a, MOST_NATS);
  const learnt = skillsLearnt(scale, size);
  const ofModels = skillsLearnt(models, size);
  const loss = skillsLoss(ofModels, a, { cost, floor });
  const shown: Outputs = {
    skills_loss: skillsLoss(learnt, a, { cost, floor }),
    model_skills: ofModels,
    model_skills_loss: loss,
    tasks_average: tasksSolved(learnt, a, needed),
    model_tasks_average: tasksSolved(ofModels, a, needed),
    ...lateRiseShown("skills_loss", exactly(models, loss), across, { falls: true }),
  };
  for (const [name, skills] of Object.entries(TASKS)) {
    const hardest = hardestSkill(a, skills === 0 ? needed : skills);
    const solved = ofModels.map((known) => (known >= hardest ? 1 : 0));
    shown[`hardest_${name}`] = hardest;
    shown[`model_${name}`] = solved;
    Object.assign(shown, step(name, hardest, scale));
    if (skills === 0) Object.assign(shown, lateRiseShown(name, exactly(models, solved), across));
  }
  return shown;
}

/** Scores without noise. */
function exactly(scale: Vector, score: Vector) {
  return { scale, score, lower: score, upper: score };
}

/** The step of a task from 0 to 1 where its hardest skill is learnt, and that size. */
function step(name: string, hardest: number, scale: Vector): Outputs {
  const last = scale[scale.length - 1]!;
  const at = hardest * scale[0]!;
  const drawn = Math.min(at, last);
  const top = at <= last ? 1 : 0;
  return {
    [`${name}_size`]: top === 1 ? at : Number.NaN,
    [`${name}_scale`]: Float64Array.of(scale[0]!, drawn, drawn, last),
    [name]: Float64Array.of(0, 0, top, top),
  };
}
