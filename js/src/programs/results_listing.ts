/** What the program `results` lists. Twin of programs/results_listing.py. */
import type { Outputs, Vector } from "./program.ts";
import { type AnswerSet, type Reading, SLOTS } from "./results_reading.ts";

/** Every run that is drawn in some figure, with its score in each; `places` are for families. */
export function table(
  reading: Reading,
  outputs: Outputs,
  slots = SLOTS,
  places = reading.shown.length,
): Outputs {
  const { constants } = reading;
  const scoresOf = new Map<number, number[]>();
  for (let slot = 0; slot < slots; slot++) {
    for (let family = 0; family < places; family++) {
      const score = outputs[`score_${slot}_${family}`] as Vector;
      (outputs[`run_${slot}_${family}`] as Vector).forEach((run, i) => {
        const row = scoresOf.get(run) ?? new Array<number>(slots).fill(Number.NaN);
        row[slot] = score[i]!;
        scoresOf.set(run, row);
      });
    }
  }
  const runs = [...scoresOf.keys()].sort((a, b) => a - b);
  const runNames = constants.run_names as string[];
  const families = constants.families as string[];
  const columns: Outputs = {
    table_model: runs.map((run) => runNames[run]!),
    table_family: runs.map((run) => families[reading.runFamily[run]!]!),
    table_scale: Float64Array.from(runs, (run) => reading.runScale[run]!),
  };
  for (let slot = 0; slot < slots; slot++) {
    columns[`table_score_${slot}`] = Float64Array.from(runs, (run) => scoresOf.get(run)![slot]!);
  }
  return columns;
}

/** Outputs of the selected run beside the targets, with the mark of those that pass. */
export function answers({ constants, task, selection, threshold }: Reading): Outputs {
  if (selection < 0) return { answers: { heading: "", rows: [] } };
  const heading = (constants.run_names as string[])[selection]!;
  const chosen = (constants.answers as (AnswerSet | null)[])[task];
  const mine = chosen?.runs[String(selection)];
  if (!chosen || !mine) return { answers: { heading, rows: [] } };
  const rows = chosen.prompt.map((prompt, i) => {
    const score = mine.score[i] ?? null;
    return {
      prompt,
      target: chosen.target[i]!,
      output: mine.output[i]!,
      score,
      passed: score !== null && score >= threshold,
    };
  });
  return { answers: { heading, rows } };
}

type Ladder = Record<string, unknown>;

/** The ladders of the metrics that are shown, each once; all of the task's if none has one. */
export function verdicts({ constants, task }: Reading, metrics: readonly number[]): Outputs {
  const ladders = (constants.verdicts as Record<string, Ladder>[] | undefined)?.[task] ?? {};
  const shown = [...new Set(metrics)].map((metric) => ladders[metric]);
  const chosen = shown.filter((ladder) => ladder !== undefined);
  return { verdicts: chosen.length > 0 ? chosen : Object.values(ladders) };
}
