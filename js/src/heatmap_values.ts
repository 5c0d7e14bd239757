/** The outputs that a heat map shows. */
import { formatValue } from "./formats.ts";
import { isTensor } from "./programs/program.ts";

export type Values = Readonly<Record<string, unknown>>;

/** Two digits are enough to compare, and fit a narrow cell. */
export function short(ratio: number): string {
  if (Number.isNaN(ratio) || !Number.isFinite(ratio)) return formatValue("number", ratio);
  const text =
    Math.abs(ratio) < 9.95 ? Math.abs(ratio).toFixed(1) : formatValue("count", Math.abs(ratio));
  return ratio < 0 && text !== "0.0" ? `−${text}` : text;
}

export function numbers(values: Values, name: string): Float64Array {
  const found = values[name];
  return isTensor(found) ? found.data : new Float64Array(0);
}

export function same(a: unknown, b: unknown): boolean {
  if (!isTensor(a) || !isTensor(b) || a.data.length !== b.data.length) return false;
  return a.data.every((value, at) => Object.is(value, b.data[at]));
}
