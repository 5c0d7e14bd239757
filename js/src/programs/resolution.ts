/** Resolution: what a test of n items can see. Twin of programs/resolution.py. */
import { lossAt } from "../numerics/mirage.ts";
import {
  binomialQuantile,
  itemsNeeded,
  smallestVisibleRate,
  wilsonInterval,
} from "../numerics/sampling.ts";
import { bestOf } from "../numerics/thresholds.ts";
import {
  type Constants,
  type Controls,
  modelScales,
  numeric,
  type Outputs,
  row,
  tensor,
  type Vector,
  vector,
  whole,
} from "./program.ts";

interface Tested {
  measured: Vector;
  lower: Vector;
  upper: Vector;
}

function tested(right: Vector, n: number): Tested {
  const intervals = Array.from(right, (count) => wilsonInterval(count, n));
  return {
    measured: right.map((count) => count / n),
    lower: Float64Array.from(intervals, ([low]) => low),
    upper: Float64Array.from(intervals, ([, high]) => high),
  };
}

export function resolution(controls: Controls, constants: Constants): Outputs {
  const scale = vector(constants, "scale");
  const length = whole(controls, "length");
  const critical = numeric(controls, "critical_scale");
  const exponent = numeric(controls, "exponent");
  const count = whole(controls, "n_models");
  const items = whole(controls, "n_items");
  const draws = whole(controls, "samples_per_item");
  const repeats = whole(controls, "repeats");
  const [first, last] = [scale[0]!, scale[scale.length - 1]!];
  const models = modelScales(scale, count);
  const law = { exponent, criticalScale: critical, floor: 0 };
  const nats = lossAt(scale, law).map((loss) => length * loss);
  const exactMatch = nats.map((value) => Math.exp(-value));
  const rate = lossAt(models, law).map((loss) => Math.exp(-length * loss));
  const solved = rate.map((chance) => bestOf(chance, draws));
  const uniforms = tensor(constants, "uniforms");
  const draw = (test: number, n: number, chances: Vector): Vector =>
    chances.map((chance, i) => binomialQuantile(row(uniforms, test)[i]!, n, chance));
  const tests = Array.from({ length: repeats }, (_, test) => draw(test, items, rate));
  const together = (parts: readonly Vector[]): Vector =>
    Float64Array.from(parts.flatMap((part) => [...part]));
  const single = tested(together(tests), items);
  const drawn = tested(draw(0, items * draws, rate), items * draws);
  const passed = tested(draw(0, items, solved), items);
  const seen = tests.map((right) => right.filter((value) => value > 0).length);
  const [few, most] = [Math.min(...seen), Math.max(...seen)];
  const outputs: Outputs = {
    exact_match: exactMatch,
    pass_at_k: exactMatch.map((chance) => bestOf(chance, draws)),
    minus_log: nats,
    model_scale: models,
    model_rate: rate,
    test_scale: together(tests.map(() => models)),
    first_measured: tests[0]!.map((value) => value / items),
    floor: 1 / items,
    floor_drawn: 1 / (items * draws),
    answers: items * draws,
    seen: few === most ? `${few}` : `${few}–${most}`,
    seen_drawn: drawn.measured.filter((share) => share > 0).length,
    answers_needed: itemsNeeded(rate[0]!),
    smallest_rate: rate[0]!,
    smallest_solved: solved[0]!,
    largest_solved: solved[count - 1]!,
  };
  for (const [name, test] of [
    ["exact_match", single],
    ["drawn", drawn],
    ["pass_at_k", passed],
  ] as const) {
    outputs[`${name}_measured`] = test.measured;
    outputs[`${name}_lower`] = test.lower;
    outputs[`${name}_upper`] = test.upper;
  }
  for (const [name, n] of [
    ["", items],
    ["_drawn", items * draws],
  ] as const) {
    const visible = smallestVisibleRate(n);
    const size = critical * (-Math.log(visible) / length) ** (1 / exponent);
    outputs[`visible_rate${name}`] = visible;
    outputs[`visible_from${name}`] = size > last ? Number.NaN : Math.max(size, first);
  }
  return outputs;
}
