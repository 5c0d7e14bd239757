import { mirage } from "./mirage.ts";
import type { Program } from "./program.ts";

export const programs: Readonly<Record<string, Program>> = { mirage };
