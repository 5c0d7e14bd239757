/** The outputs that a heat map shows. */
import { isTensor } from "./programs/program.ts";

export type Values = Readonly<Record<string, unknown>>;

export function numbers(values: Values, name: string): Float64Array {
  const found = values[name];
  return isTensor(found) ? found.data : new Float64Array(0);
}

export function same(a: unknown, b: unknown): boolean {
  if (!isTensor(a) || !isTensor(b) || a.data.length !== b.data.length) return false;
  return a.data.every((value, at) => Object.is(value, b.data[at]));
}
