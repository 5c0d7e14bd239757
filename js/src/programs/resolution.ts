/** Resolution: what a test of n items can see. Twin of programs/resolution.py. */
import {
  binomialQuantile,
  itemsNeeded,
  smallestVisibleRate,
  wilsonInterval,
} from "../numerics/sampling.ts";
import { intervalLine } from "./drawing.ts";
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

const FAN = 0.04;
const ROOM = 0.03;
const CLOSE = 0.2;
const FAR = 1e6;
const HIGHEST_NOTE = 0.88;
const LOG_NONE = -10;
const STRAIGHT_NONE = 1.4;
const STRAIGHT_MOST = 4.4;
const ABOVE_ZERO = 1000;

interface Tested {
  measured: Vector;
  lower: Vector;
  upper: Vector;
}

/** Chance that at least one of `k` answers is right. */
function expectedPassAtK(rate: number, k: number): number {
  return -Math.expm1(k * Math.log1p(-rate));
}

function tested(right: Vector, n: number): Tested {
  const intervals = Array.from(right, (count) => wilsonInterval(count, n));
  return {
    measured: right.map((count) => count / n),
    lower: Float64Array.from(intervals, ([low]) => low),
    upper: Float64Array.from(intervals, ([, high]) => high),
  };
}

function logPlace(rate: number): number {
  return Math.max(Math.log10(rate), LOG_NONE);
}

function straightPlace(rate: number): number {
  return Math.min(
    Math.max(Math.log10(ABOVE_ZERO / Math.abs(Math.log(rate))), STRAIGHT_NONE),
    STRAIGHT_MOST,
  );
}

const PLACES = [
  ["log", logPlace],
  ["straight", straightPlace],
] as const;

function points(name: string, { measured, lower, upper }: Tested, x: Vector): Outputs {
  const shown: Outputs = {};
  const pick = (values: Vector, seen: boolean): Vector =>
    values.filter((_, i) => measured[i]! > 0 === seen);
  const seenX = pick(x, true);
  shown[`${name}_seen_x`] = seenX;
  shown[`${name}_unseen_x`] = pick(x, false);
  shown[`${name}_seen_bars_x`] = intervalLine(seenX, seenX);
  for (const [axis, place] of PLACES) {
    shown[`${name}_seen_${axis}`] = pick(measured, true).map(place);
    shown[`${name}_unseen_${axis}`] = pick(measured, false).map(place);
    shown[`${name}_seen_${axis}_bars`] = intervalLine(
      pick(lower, true).map(place),
      pick(upper, true).map(place),
    );
  }
  return shown;
}

/** The floors of both tests, the smallest visible rate, and their labels. */
function floors(items: number, draws: number, ends: Vector): Outputs {
  const answers = items * draws;
  const room = ROOM * (ends[1]! - ends[0]!);
  const edges = Float64Array.of(ends[0]! - room, ends[1]! + room);
  const visible = smallestVisibleRate(items);
  const apart = straightPlace(1 / items) - straightPlace(1 / answers) >= CLOSE;
  const shown: Outputs = {
    floor: 1 / items,
    floor_drawn: 1 / answers,
    answers,
    items,
    draws,
    edges,
    right_edge: edges.slice(1),
    floor_line: Float64Array.of(1 / items, 1 / items),
    floor_note: [`invisible with ${items} ${items === 1 ? "item" : "items"}`],
    floor_drawn_note: [apart ? `invisible with ${items} × ${draws} answers` : ""],
    visible_line: Float64Array.of(visible, visible),
    visible_at: Float64Array.of(Math.min(visible, HIGHEST_NOTE)),
    visible_note: ["missed by 1 test in 20"],
    visible_log_line: Float64Array.of(logPlace(visible), logPlace(visible)),
  };
  for (const [axis, place] of PLACES) {
    for (const [name, level] of [
      ["floor", 1 / items],
      ["floor_drawn", 1 / answers],
    ] as const) {
      shown[`${name}_${axis}_line`] = Float64Array.of(place(level), place(level));
      shown[`${name}_${axis}_at`] = Float64Array.of(place(level));
    }
  }
  return shown;
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
  const ends = Float64Array.of(Math.log10(first), Math.log10(last));
  const width = ends[1]! - ends[0]!;
  const places = Float64Array.from(
    { length: count },
    (_, i) => ends[0]! + width * (i / Math.max(count - 1, 1)),
  );
  const models = places.map((at) => 10 ** at);
  const loss = (size: number): number => length * (size / critical) ** exponent;
  const nats = scale.map(loss);
  const exactMatch = nats.map((value) => Math.exp(-value));
  const rate = models.map((size) => Math.exp(-loss(size)));
  const solved = rate.map((chance) => expectedPassAtK(chance, draws));
  const luck = tensor(constants, "luck");
  const draw = (test: number, n: number, chances: Vector): Vector =>
    chances.map((chance, i) => binomialQuantile(row(luck, test)[i]!, n, chance));
  const tests = Array.from({ length: repeats }, (_, test) => draw(test, items, rate));
  const together = (parts: readonly Vector[]): Vector =>
    Float64Array.from(parts.flatMap((part) => [...part]));
  const single = tested(together(tests), items);
  const drawn = tested(draw(0, items * draws, rate), items * draws);
  const passed = tested(draw(0, items, solved), items);
  const fan = Math.min(FAN * width, (0.4 * width) / Math.max(count - 1, 1));
  const shift = (test: number): number => (repeats > 1 ? fan * (test / (repeats - 1) - 0.5) : 0);
  const testPlaces = together(tests.map((_, test) => places.map((at) => at + shift(test))));
  const seen = tests.map((right) => right.filter((value) => value > 0).length);
  const [few, most] = [Math.min(...seen), Math.max(...seen)];
  const outputs: Outputs = {
    exact_match: exactMatch,
    pass_at_k: exactMatch.map((chance) => expectedPassAtK(chance, draws)),
    minus_log: nats,
    model_scale: models,
    model_rate: rate,
    test_scale: together(tests.map(() => models)),
    first_measured: tests[0]!.map((value) => value / items),
    log_line: nats.map((value) => Math.max(-value / Math.LN10, -FAR)),
    straight_line: nats.map((value) =>
      Math.min(Math.max(Math.log10(ABOVE_ZERO / value), -FAR), FAR),
    ),
    test_place: testPlaces,
    test_bars_x: intervalLine(testPlaces, testPlaces),
    test_bars: intervalLine(single.lower, single.upper),
    model_place: places,
    seen: few === most ? `${few}` : `${few}–${most}`,
    seen_drawn: drawn.measured.filter((share) => share > 0).length,
    n_models: count,
    answers_needed: itemsNeeded(rate[0]!),
    smallest_rate: rate[0]!,
    smallest_solved: solved[0]!,
    largest_solved: solved[count - 1]!,
    ...points("test", single, testPlaces),
    ...points("drawn", drawn, places),
    ...floors(items, draws, ends),
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
