import { grokking } from "./grokking.ts";
import { mirage } from "./mirage.ts";
import type { Program } from "./program.ts";
import { reconstruction } from "./reconstruction.ts";
import { resolution } from "./resolution.ts";
import { results } from "./results.ts";

export const programs: Readonly<Record<string, Program>> = {
  grokking,
  mirage,
  reconstruction,
  resolution,
  results,
};
