/** Where a score first lies above chance. Twin of programs/results_onset.py. */
import { place } from "./drawing.ts";
import type { Outputs } from "./program.ts";
import type { AxisEnds, Metric, Points, Reading } from "./results_reading.ts";

/** The smallest scale (the greatest loss) whose interval lies on the good side of chance. */
export function onsetMark(
  reading: Reading,
  slot: number,
  chosen: Metric | undefined,
  chance: number,
  points: Points,
  { low, high }: AxisEnds,
): Outputs {
  const falls = reading.axis.name === "loss";
  const level = Number.isNaN(chance) ? 0 : chance;
  const better = (i: number): boolean =>
    chosen?.lower_is_better === true ? points.upper[i]! < chance : points.lower[i]! > level;
  const seen =
    chosen && reading.onset
      ? points.run.filter((_, i) => better(i)).map((run) => reading.runScale[run]!)
      : [];
  const known = seen.length > 0;
  const found = seen.reduce((a, b) => (falls ? Math.max(a, b) : Math.min(a, b)), seen[0]!);
  const at = known ? place(found, reading.logScale) : Number.NaN;
  const words = falls ? "above this loss: no better than chance" : "better than chance from here";
  return {
    [`onset_x_${slot}`]: Float64Array.from(known ? [at, at] : []),
    [`onset_y_${slot}`]: Float64Array.from(known ? [low, high] : []),
    [`onset_end_${slot}`]: Float64Array.from(known ? [at] : []),
    [`onset_top_${slot}`]: Float64Array.from(known ? [low + 0.88 * (high - low)] : []),
    [`onset_note_${slot}`]: known ? [words] : [],
  };
}
