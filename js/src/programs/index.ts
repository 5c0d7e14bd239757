import { mirage } from "./mirage.ts";
import type { Program } from "./program.ts";
import { results } from "./results.ts";

export const programs: Readonly<Record<string, Program>> = { mirage, results };
