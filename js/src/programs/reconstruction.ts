/** Reconstruction: how many images are rebuilt well enough. Twin of programs/reconstruction.py. */
import { breakthroughness } from "../numerics/measures.ts";
import { wilsonInterval } from "../numerics/sampling.ts";
import { lateRiseShown } from "./late.ts";
import {
  type Constants,
  type Controls,
  firstWhere,
  numeric,
  type Outputs,
  row,
  type Tensor,
  tensor,
  type Vector,
  vector,
} from "./program.ts";

function countBelow(errors: Vector, threshold: number): number {
  let below = 0;
  for (const error of errors) if (error < threshold) below++;
  return below;
}

function meanByWidth(values: Vector, runWidth: Vector, widths: number): Vector {
  const sums = new Float64Array(widths);
  const runs = new Float64Array(widths);
  values.forEach((value, run) => {
    sums[runWidth[run]!]! += value;
    runs[runWidth[run]!]! += 1;
  });
  return sums.map((sum, width) => sum / runs[width]!);
}

function pictures(errors: Tensor, threshold: number, selected: number): Outputs {
  const [widths, images] = [errors.shape[0]!, errors.shape[1]!];
  const passed = Array.from({ length: widths }, (_, width) =>
    Array.from({ length: images }, (_, image) => errors.data[width * images + image]! < threshold),
  );
  return { pictures: { passed, selected } };
}

function readouts(width: Vector, share: Vector, error: Vector, n: number): Outputs {
  const oriented = error.map((value) => -value);
  return {
    breakthroughness_share: breakthroughness(share, 0.5 / n),
    breakthroughness_error: breakthroughness(oriented),
    half_width: firstWhere(width, (i) => share[i]! >= 0.5),
    smallest_share: share[0]!,
    largest_share: share[share.length - 1]!,
  };
}

export function reconstruction(controls: Controls, constants: Constants): Outputs {
  const threshold = numeric(controls, "threshold");
  const selection = numeric(controls, "selection");
  const width = vector(constants, "width");
  const runWidth = vector(constants, "run_width");
  const error = tensor(constants, "error");
  const n = error.shape[1]!;
  const below = runWidth.map((_, run) => countBelow(row(error, run), threshold));
  const intervals = Array.from(below, (right) => wilsonInterval(right, n));
  const shareLower = Float64Array.from(intervals, ([low]) => low);
  const shareUpper = Float64Array.from(intervals, ([, high]) => high);
  const share = below.map((right) => right / n);
  const shareLine = meanByWidth(share, runWidth, width.length);
  const meanError = vector(constants, "mean_error");
  const errorLine = meanByWidth(meanError, runWidth, width.length);
  // A single width, which rises nowhere, has an axis too.
  const across = {
    left: Math.log10(width[0]!) - 1e-9,
    right: Math.log10(width.at(-1)!) + 1e-9,
    logarithmic: true,
  };
  const shown = {
    scale: width,
    score: shareLine,
    lower: meanByWidth(shareLower, runWidth, width.length),
    upper: meanByWidth(shareUpper, runWidth, width.length),
  };
  const unknown = width.map(() => Number.NaN);
  const errors = { scale: width, score: errorLine, lower: unknown, upper: unknown };
  const selected = selection >= 0 ? runWidth[selection]! : -1;
  return {
    run_scale: runWidth.map((index) => width[index]!),
    run_number: share.map((_, run) => run),
    mean_error: meanError,
    share,
    share_lower: shareLower,
    share_upper: shareUpper,
    share_line: shareLine,
    error_line: errorLine,
    ...pictures(tensor(constants, "image_error"), threshold, selected),
    ...readouts(width, shareLine, errorLine, n),
    ...lateRiseShown("share", shown, across),
    ...lateRiseShown("error", errors, across, { falls: true }),
  };
}
