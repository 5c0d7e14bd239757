/** The high jump: smooth ability, abrupt success. Twin of programs/high_jump.py. */
import { high_jump as shared } from "../contract.json";
import { bestOf, clearProbability } from "../numerics/thresholds.ts";
import {
  type Constants,
  type Controls,
  numeric,
  type Outputs,
  row,
  tensor,
  type Vector,
  vector,
  whole,
} from "./program.ts";

const { NORMAL_90, GRAVITY, RUN, FLOPS_AN_HOUR, NO_LEAD } = shared;

function countUpTo(values: Vector, value: number): number {
  let count = 0;
  while (count < values.length && values[count]! <= value) count++;
  return count;
}

/** Parabolas over the bar, in metres: of the mean jump, and around nine in ten. */
function flights(height: number, reach: number, sweep: Vector): Outputs {
  const drawn: Outputs = {};
  for (const [name, top] of [
    ["", height],
    ["highest_", height + reach],
    ["lowest_", height - reach],
  ] as const) {
    const peak = Math.max(top, 0);
    const half = RUN * Math.sqrt((2 * peak) / GRAVITY);
    drawn[`${name}flight_x`] = sweep.map((t) => half * t);
    drawn[`${name}flight_y`] = sweep.map((t) => peak * (1 - t * t));
  }
  return drawn;
}

function spreadOfHeights(
  height: number,
  spread: number,
  lead: number,
  constants: Constants,
): Outputs {
  const spreads = vector(constants, "spreads");
  let edge = lead < 0 ? 4 : -4;
  if (spread > 0) edge = Math.min(Math.max(-lead / spread, -4), 4);
  const above = spreads.map((z) => Math.max(z, edge));
  const bell = (z: number): number => Math.exp((-z * z) / 2);
  return {
    density: spreads.map(bell),
    density_x: spreads.map((z) => height + spread * z),
    above: above.map(bell),
    above_x: above.map((z) => height + spread * z),
  };
}

function readouts(controls: Controls, constants: Constants): Outputs {
  const [spread, growth] = [numeric(controls, "spread"), numeric(controls, "growth")];
  const margins = row(tensor(constants, "margins"), whole(controls, "attempts") - 1);
  const lead = numeric(controls, "bar") + margins[1]! * spread - numeric(controls, "start");
  let width = Number.POSITIVE_INFINITY;
  let decades = lead > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (growth > 0) {
    width = ((margins[2]! - margins[0]!) * spread) / growth;
    decades = lead / growth;
  }
  let hours = decades > 0 ? Number.POSITIVE_INFINITY : 0;
  if (Math.abs(decades) <= 300) hours = 10 ** decades;
  return { width, half_training: hours, half_flops: hours * FLOPS_AN_HOUR };
}

export function highJump(controls: Controls, constants: Constants): Outputs {
  const bar = numeric(controls, "bar");
  const spread = numeric(controls, "spread");
  const start = numeric(controls, "start");
  const growth = numeric(controls, "growth");
  const attempts = whole(controls, "attempts");
  const training = vector(constants, "training");
  const mean = vector(constants, "log_training").map((decades) => start + growth * decades);
  const leads = mean.map((height) => (Math.abs(height - bar) < NO_LEAD ? 0 : height - bar));
  const once = leads.map((lead) => clearProbability(lead, spread));
  const chance = once.map((probability) => bestOf(probability, attempts));
  const reach = NORMAL_90 * spread;
  const lower = mean.map((height) => Math.max(height - reach, 0));
  const upper = mean.map((height) => height + reach);
  const at = countUpTo(vector(constants, "training_edges"), numeric(controls, "training"));
  const height = mean[at]!;
  const stride = vector(constants, "table_stride")[0]!;
  const every = (values: Vector): Vector => values.filter((_, i) => i % stride === 0);
  const flops = training.map((hours) => hours * FLOPS_AN_HOUR);
  return {
    mean_height: mean,
    height_lower: lower,
    height_upper: upper,
    one_attempt: once,
    chance,
    training_now: training[at]!,
    flops_now: flops[at]!,
    height_now: height,
    once_now: once[at]!,
    chance_now: chance[at]!,
    cleared: leads[at]! >= 0,
    table_training: every(training),
    table_flops: every(flops),
    table_mean: every(mean),
    table_lower: every(lower),
    table_upper: every(upper),
    table_once: every(once),
    table_chance: every(chance),
    ...flights(height, reach, vector(constants, "sweep")),
    ...spreadOfHeights(height, spread, leads[at]!, constants),
    ...readouts(controls, constants),
  };
}
