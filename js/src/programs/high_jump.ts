/** The high jump: smooth ability, abrupt success. Twin of programs/high_jump.py. */
import { normalCdf } from "../numerics/normal.ts";
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

const NORMAL_90 = 1.6448536269514722;
const GRAVITY = 9.81;
const RUN = 3;
const FLOPS_AN_HOUR = 1e20;
const NO_LEAD = 1e-9;
const CLEARED = "var(--ew-cause)";
const MISSED = "var(--ew-sharp)";
const BODY_X = [-0.5, -0.4, 0, 0.3, 0.52];
const BODY_Y = [-0.62, -0.16, 0, -0.02, -0.14];
const ARM_X = [0.4, 0.42, 0.72];
const ARM_Y = [-0.06, -0.4, -0.5];
const HEAD_X = 0.68;
const HEAD_Y = -0.26;

function clearProbability(lead: number, spread: number): number {
  return spread === 0 ? (1 + Math.sign(lead)) / 2 : normalCdf(lead / spread);
}

function bestOf(probability: number, attempts: number): number {
  return attempts === 1 ? probability : -Math.expm1(attempts * Math.log1p(-probability));
}

function countUpTo(values: Vector, value: number): number {
  let count = 0;
  while (count < values.length && values[count]! <= value) count++;
  return count;
}

function flight(height: number, sweep: Vector): [Vector, Vector] {
  const peak = Math.max(height, 0);
  const half = RUN * Math.sqrt((2 * peak) / GRAVITY);
  return [sweep.map((t) => half * t), sweep.map((t) => peak * (1 - t * t))];
}

function thereAndBack(there: Vector, back: Vector): Vector {
  return Float64Array.from([...there, ...back.slice().reverse()]);
}

function jump(
  height: number,
  reach: number,
  bar: number,
  cleared: boolean,
  constants: Constants,
): Outputs {
  const sweep = vector(constants, "sweep");
  const [flightX, flightY] = flight(height, sweep);
  const [highX, highY] = flight(height + reach, sweep);
  const [lowX, lowY] = flight(height - reach, sweep);
  const post = bar + 0.08;
  return {
    flight_x: flightX,
    flight_y: flightY,
    flights_x: thereAndBack(highX, lowX),
    flights_y: thereAndBack(highY, lowY),
    body_x: Float64Array.from([...BODY_X, Number.NaN, ...ARM_X]),
    body_y: Float64Array.from([...BODY_Y, Number.NaN, ...ARM_Y], (y) => height + y),
    head_x: Float64Array.of(HEAD_X),
    head_y: Float64Array.of(height + HEAD_Y),
    posts_y: Float64Array.of(0, post, Number.NaN, 0, post),
    jump_colours: [cleared ? CLEARED : MISSED],
    jump_note: [cleared ? "the mean jump clears" : "the mean jump is too low"],
  };
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
  const ends = [above[0]!, ...above, above[above.length - 1]!];
  return {
    density: spreads.map(bell),
    density_x: spreads.map((z) => height + spread * z),
    above: Float64Array.from([0, ...above.map(bell), 0]),
    above_x: Float64Array.from(ends, (z) => height + spread * z),
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
  const places = vector(constants, "log_training");
  const mean = places.map((place) => start + growth * place);
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
    band_x: thereAndBack(places, places),
    band_y: thereAndBack(upper, lower),
    ends: Float64Array.of(places[0]!, places[places.length - 1]!),
    bar_line: Float64Array.of(bar, bar),
    bar_end: places.slice(0, 1),
    bar_at: Float64Array.of(bar),
    marker_x: Float64Array.of(places[at]!, places[at]!),
    marker_height: Float64Array.of(0, vector(constants, "top")[0]!),
    marker_share: Float64Array.of(0, 1),
    marker_at: places.slice(at, at + 1),
    marker_mean: mean.slice(at, at + 1),
    marker_chance: chance.slice(at, at + 1),
    training_now: training[at]!,
    flops_now: flops[at]!,
    height_now: height,
    bar_now: bar,
    once_now: once[at]!,
    chance_now: chance[at]!,
    table_training: every(training),
    table_flops: every(flops),
    table_mean: every(mean),
    table_lower: every(lower),
    table_upper: every(upper),
    table_once: every(once),
    table_chance: every(chance),
    ...jump(height, reach, bar, leads[at]! >= 0, constants),
    ...spreadOfHeights(height, spread, leads[at]!, constants),
    ...readouts(controls, constants),
  };
}
