/** Late rise T of a curve, and what shows it on a figure. Twin of programs/late.py. */
import { late_rise, late as shared } from "../contract.json";
import { axisPosition } from "../encode.ts";
import { interpolated } from "../numerics/interpolated.ts";
import { lag } from "../numerics/late_rise.ts";
import { clearRise, type Outputs, reversed, type Series, turned } from "./program.ts";

const { STEPS, NUMBER_ROOM, TIE } = shared;
const { LEAST_LATE } = late_rise;

/** The horizontal axis of a figure: what stands at its left and right, as the axis has it. */
export interface Across {
  left: number;
  right: number;
  logarithmic: boolean;
}

interface Falling {
  /** Lower scores are better. */
  falls?: boolean;
  /** Models improve as the scale falls. */
  scaleFalls?: boolean;
}

/** T of a curve as it is drawn, where it rises beyond its intervals, and its marks. */
export function lateRiseShown(
  name: string | number,
  drawn: Series,
  across: Across,
  { falls = false, scaleFalls = false }: Falling = {},
): Outputs {
  const upright = falls ? turned(drawn) : drawn;
  const better = scaleFalls ? reversed(upright) : upright;
  const rises = better.score.length > 0 && clearRise(better);
  const found = rises ? lag(better.scale, better.score) : undefined;
  const late = found?.late ?? Number.NaN;
  let [scale, line] = [new Float64Array(0), new Float64Array(0)];
  let [at, from, to, labelScale, labelScore, number] = [
    ...new Array<number>(5).fill(Number.NaN),
    "",
  ] as [number, number, number, number, number, string];
  if (found !== undefined && late > LEAST_LATE) {
    const { scale: levels, fit, steady } = found;
    [scale, line] = fine(levels, steady);
    const onAxis = (size: number): number => (scaleFalls ? 1 / size : size);
    const sign = falls ? -1 : 1;
    const gaps = steady.map((height, i) => height - fit[i]!);
    const largest = Math.max(...gaps) - TIE * (fit.at(-1)! - fit[0]!);
    // Of equal ones the first, whatever the rounding.
    const worst = gaps.findIndex((gap) => gap >= largest);
    at = onAxis(levels[worst]!);
    [from, to] = [sign * fit[worst]!, sign * steady[worst]!];
    scale = scale.map(onAxis);
    line = line.map((height) => sign * height);
    [labelScale, labelScore] = label(scale, line, at, across);
    number = `T ${(Math.floor(100 * late + 0.5) / 100).toFixed(2)}`;
  }
  return {
    [`late_${name}`]: late,
    [`steady_scale_${name}`]: scale,
    [`steady_score_${name}`]: line,
    [`lag_scale_${name}`]: at,
    [`lag_from_${name}`]: from,
    [`lag_to_${name}`]: to,
    [`lag_label_scale_${name}`]: labelScale,
    [`lag_label_score_${name}`]: labelScore,
    [`lag_label_${name}`]: number,
  };
}

/** Steady gains at the levels and between them, straight over decades. */
function fine(
  levels: readonly number[],
  steady: readonly number[],
): [Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>] {
  const gaps = levels.length - 1;
  const steps = Math.ceil(STEPS / gaps);
  const scale = new Float64Array(gaps * steps + 1);
  const line = new Float64Array(gaps * steps + 1);
  for (let i = 0; i < gaps; i++) {
    const [low, high] = [Math.log10(levels[i]!), Math.log10(levels[i + 1]!)];
    for (let step = 0; step < steps; step++) {
      const share = step / steps;
      scale[i * steps + step] = step === 0 ? levels[i]! : 10 ** (low + share * (high - low));
      line[i * steps + step] = steady[i]! + share * (steady[i + 1]! - steady[i]!);
    }
  }
  scale[gaps * steps] = levels[gaps]!;
  line[gaps * steps] = steady[gaps]!;
  return [scale, line];
}

/** Where the number ends: at the bracket, on the far side of steady gains, which it spares. */
function label(
  scale: Float64Array,
  line: Float64Array,
  at: number,
  { left, right, logarithmic }: Across,
): [scale: number, score: number] {
  const shareOf = (size: number): number =>
    (axisPosition(size, logarithmic) - left) / (right - left);
  const share = scale.map(shareOf);
  const bracket = shareOf(at);
  const room = Math.max(bracket, share[0]! + NUMBER_ROOM, NUMBER_ROOM);
  const ends = Math.min(room, share.at(-1)!);
  if (ends <= bracket) return [at, interpolated(bracket, share, line)];
  const place = left + ends * (right - left);
  return [logarithmic ? 10 ** place : place, interpolated(ends, share, line)];
}
