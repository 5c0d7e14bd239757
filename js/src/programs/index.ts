import { atlas } from "./atlas.ts";
import { forecast } from "./forecast.ts";
import { grokking } from "./grokking.ts";
import { highJump } from "./high_jump.ts";
import { mirage } from "./mirage.ts";
import { multiStep } from "./multi_step.ts";
import type { Program } from "./program.ts";
import { reconstruction } from "./reconstruction.ts";
import { resolution } from "./resolution.ts";
import { results } from "./results.ts";

export const programs: Readonly<Record<string, Program>> = {
  atlas,
  forecast,
  grokking,
  high_jump: highJump,
  mirage,
  multi_step: multiStep,
  reconstruction,
  resolution,
  results,
};
