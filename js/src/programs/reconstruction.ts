/** Reconstruction: how many images are rebuilt well enough. Twin of programs/reconstruction.py. */
import { breakthroughness } from "../numerics/measures.ts";
import { wilsonInterval } from "../numerics/sampling.ts";
import { intervalLine, place } from "./drawing.ts";
import {
  type Constants,
  type Controls,
  numeric,
  type Outputs,
  row,
  type Tensor,
  tensor,
  type Vector,
  vector,
} from "./program.ts";
import type { Axis } from "./results_reading.ts";

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

function readouts(
  constants: Constants,
  width: Vector,
  share: Vector,
  error: Vector,
  n: number,
): Outputs {
  const noise = vector(constants, "null_95")[0]!;
  const ramp = width.length - 1;
  const half = share.findIndex((value) => value >= 0.5);
  return {
    breakthroughness_share: breakthroughness(share, 0.5 / n),
    breakthroughness_error: breakthroughness(error.map((value) => -value)),
    null_95: noise,
    ramp,
    uneven_from: Math.max(2 * ramp, noise),
    half_width: half < 0 ? Number.NaN : width[half]!,
    smallest_share: share[0]!,
    largest_share: share[share.length - 1]!,
  };
}

export function reconstruction(controls: Controls, constants: Constants): Outputs {
  const threshold = numeric(controls, "threshold");
  const logError = controls.log_error === true;
  const selection = numeric(controls, "selection");
  const width = vector(constants, "width");
  const runWidth = vector(constants, "run_width");
  const error = tensor(constants, "error");
  const n = error.shape[1]!;
  const below = runWidth.map((_, run) => countBelow(row(error, run), threshold));
  const intervals = Array.from(below, (right) => wilsonInterval(right, n));
  const share = below.map((right) => right / n);
  const lower = Float64Array.from(intervals, ([low]) => low);
  const upper = Float64Array.from(intervals, ([, high]) => high);
  const shareLine = meanByWidth(share, runWidth, width.length);
  const meanError = vector(constants, "mean_error");
  const errorLine = meanByWidth(meanError, runWidth, width.length);
  const spread = tensor(constants, "spread");
  const easiest = width.map((_, i) => spread.data[2 * i]!);
  const hardest = width.map((_, i) => spread.data[2 * i + 1]!);
  const axes = constants.axes as Axis;
  const axis = logError ? axes.log! : axes.linear;
  const widthPlace = width.map(Math.log10);
  const runScale = runWidth.map((index) => width[index]!);
  const runPlace = runScale.map(Math.log10);
  const at = place(threshold, logError);
  const placed = (values: Vector): Vector => values.map((value) => place(value, logError));
  return {
    run_scale: runScale,
    share,
    share_lower: lower,
    share_upper: upper,
    share_line: shareLine,
    mean_error: meanError,
    error_line: errorLine,
    run_place: runPlace,
    width_place: widthPlace,
    bars_x: intervalLine(runPlace, runPlace),
    share_bars: intervalLine(lower, upper),
    error_place: placed(meanError),
    error_line_place: placed(errorLine),
    band_x: Float64Array.from([...widthPlace, ...widthPlace.slice().reverse()]),
    band_y: placed(Float64Array.from([...hardest, ...easiest.reverse()])).map((value) =>
      Number.isNaN(value) ? axis.low : value,
    ),
    threshold_x: Float64Array.of(widthPlace[0]!, widthPlace[width.length - 1]!),
    threshold_line: Float64Array.of(at, at),
    threshold_end: widthPlace.slice(-1),
    threshold_at: Float64Array.of(at),
    threshold_note: ["good enough"],
    error_ticks: Float64Array.from(axis.places),
    error_labels: axis.labels,
    error_low: axis.low,
    error_high: axis.high,
    run_number: share.map((_, run) => run),
    selected: Float64Array.from(selection >= 0 && selection < share.length ? [selection] : []),
    ...pictures(
      tensor(constants, "image_error"),
      threshold,
      selection >= 0 ? runWidth[selection]! : -1,
    ),
    ...readouts(constants, width, shareLine, errorLine, n),
  };
}
