/** The mirage: one smooth loss, read through sharp and gentle metrics; and its converse. Twin of programs/mirage.py. */
import { intervals, mirage as shared } from "../contract.json";
import { breakthroughness } from "../numerics/measures.ts";
import { expectedScores, lossAt, scoreSpread } from "../numerics/mirage.ts";
import {
  binomialQuantile,
  itemsNeeded,
  smallestVisibleRate,
  wilsonInterval,
} from "../numerics/sampling.ts";
import { type Across, lateRiseShown } from "./late.ts";
import {
  type Constants,
  type Controls,
  firstWhere,
  modelScales,
  numeric,
  type Outputs,
  row,
  type Series,
  tensor,
  turned,
  type Vector,
  vector,
  whole,
} from "./program.ts";
import { sharpSkills } from "./sharp_skills.ts";

const { NO_SPREAD, MEASURED } = shared;
const { NORMAL_95 } = intervals;
const LOWER_IS_BETTER = new Set(shared.LOWER_IS_BETTER);
const COUNTED = new Set(shared.COUNTED);

export function mirage(controls: Controls, constants: Constants): Outputs {
  const law = {
    exponent: numeric(controls, "exponent"),
    criticalScale: numeric(controls, "critical_scale"),
    floor: numeric(controls, "floor"),
  };
  const concentration = numeric(controls, "concentration");
  const items = {
    length: whole(controls, "length"),
    options: whole(controls, "options"),
    concentration: concentration >= NO_SPREAD ? Number.POSITIVE_INFINITY : concentration,
  };
  const decision = {
    errorsAllowed: whole(controls, "errors_allowed"),
    decisionNoise: numeric(controls, "decision_noise"),
  };
  const tested = whole(controls, "n_items");
  const scale = vector(constants, "scale");
  const models = modelScales(
    scale,
    whole(controls, "n_models"),
    numeric(controls, "largest_model"),
  );
  const loss = lossAt(scale, law);
  const modelLoss = lossAt(models, law);
  const curves = expectedScores(loss, items, decision);
  const expected = expectedScores(modelLoss, items, decision);
  const spread = scoreSpread(modelLoss, items);
  const measured = measure({ ...expected }, spread, items.length, tested, constants);
  const visible = smallestVisibleRate(tested);
  const across = {
    left: Math.log10(scale[0]!),
    right: Math.log10(scale[scale.length - 1]!),
    logarithmic: true,
  };
  return {
    loss,
    ...curves,
    model_scale: models,
    model_loss: modelLoss,
    ...measured,
    least_rate: 1 / tested,
    chance: 1 / items.options,
    chance_brier: 1 - 1 / items.options,
    ...metricReadouts(measured, models, tested, across),
    items_needed_smallest: itemsNeeded(expected.exact_match[0]!),
    items_needed_largest: itemsNeeded(expected.exact_match[models.length - 1]!),
    visible_from: firstWhere(scale, (i) => curves.exact_match[i]! >= visible),
    ...sharpSkills(controls, scale, models, across),
  };
}

function measure(
  expected: Readonly<Record<string, Vector>>,
  spread: Readonly<Record<string, Vector>>,
  length: number,
  tested: number,
  constants: Constants,
): Record<string, Vector> {
  const measured: Record<string, Vector> = {};
  MEASURED.forEach((metric, index) => {
    const mean = expected[metric]!;
    const error = spread[metric]?.map((deviation) => deviation / Math.sqrt(tested));
    const draws = row(tensor(constants, error === undefined ? "uniforms" : "normals"), index);
    const best = metric === "token_edit_distance" ? length : 1;
    const value = new Float64Array(mean.length);
    const lower = new Float64Array(mean.length);
    const upper = new Float64Array(mean.length);
    for (let i = 0; i < mean.length; i++) {
      if (error === undefined) {
        const right = binomialQuantile(draws[i]!, tested, mean[i]!);
        value[i] = right / tested;
        [lower[i], upper[i]] = wilsonInterval(right, tested);
      } else {
        value[i] = Math.min(Math.max(mean[i]! + draws[i]! * error[i]!, 0), best);
        lower[i] = Math.max(value[i]! - NORMAL_95 * error[i]!, 0);
        upper[i] = Math.min(value[i]! + NORMAL_95 * error[i]!, best);
      }
    }
    measured[`${metric}_measured`] = value;
    measured[`${metric}_lower`] = lower;
    measured[`${metric}_upper`] = upper;
  });
  return measured;
}

/** Late rise T with its marks, and breakthroughness, of every measured metric. */
function metricReadouts(
  measured: Record<string, Vector>,
  models: Vector,
  tested: number,
  across: Across,
): Outputs {
  const readouts: Outputs = {};
  for (const metric of MEASURED) {
    const shown: Series = {
      scale: models,
      score: measured[`${metric}_measured`]!,
      lower: measured[`${metric}_lower`]!,
      upper: measured[`${metric}_upper`]!,
    };
    const falls = LOWER_IS_BETTER.has(metric);
    const oriented = falls ? turned(shown) : shown;
    const resolution = COUNTED.has(metric) ? 1 / (2 * tested) : 0;
    readouts[`breakthroughness_${metric}`] = breakthroughness(oriented.score, resolution);
    Object.assign(readouts, lateRiseShown(metric, shown, across, { falls }));
  }
  return readouts;
}
