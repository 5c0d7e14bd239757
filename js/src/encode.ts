/** How outputs of a program become traits of marks. Twin of programs/encode.py, which explains it. */
import { encode as shared } from "./contract.json";
import {
  type Constants,
  type Controls,
  isTensor,
  type Output,
  type Outputs,
  type Vector,
} from "./programs/program.ts";

export type Encoding = string | number | null | readonly Encoding[] | EncodedOperation;
export interface EncodedOperation {
  readonly [name: string]: Encoding;
}
/** What is left out of x and y: nothing, points without a place, those after the last with one. */
export type Keep = "all" | "placed" | "ended";
/** What a name stands for in this frame. */
export type Lookup = (name: string) => unknown;
type Value = Output;
type Evaluate = (lookup: Lookup) => Value;

const { DODGE_SHARE, MOST_STEPS } = shared;
const FIELD = /\{([\w.]+)\}/g;

/** Looks names up among outputs, constants and controls, in this order. */
export function scope(outputs: Outputs, constants: Constants, controls: Controls): Lookup {
  return (name) => {
    for (const level of [outputs, constants, controls]) {
      const found = (level as Record<string, unknown>)[name];
      if (found !== undefined) return found;
    }
    throw new Error(`no output, constant or control is called '${name}'`);
  };
}

/** What the traits of one widget become; the encodings are read once, not at every frame. */
export interface Mark {
  values: Record<string, unknown>;
  /** The points that remain, where some were left out. */
  kept: Int32Array | undefined;
}

export function compileMark(
  traits: Readonly<Record<string, Encoding>>,
  keep: Keep,
): (lookup: Lookup) => Mark {
  const compiled = Object.entries(traits).map(([trait, encoding]) => ({
    trait,
    encoding,
    evaluate: compile(encoding),
    chosen: isOperation(encoding) && "which" in encoding,
  }));
  const hasPlaces = keep !== "all" && "x" in traits && "y" in traits;
  return (lookup) => {
    const values: Record<string, unknown> = {};
    for (const { trait, encoding, evaluate } of compiled) {
      try {
        const value = evaluate(lookup);
        values[trait] = trait === "x" || trait === "y" ? points(value) : ownCopy(value);
      } catch (error) {
        throw new Error(`${inWords({ [trait]: encoding })}: ${(error as Error).message}`);
      }
    }
    const { x, y } = values;
    let kept: Int32Array | undefined;
    if (hasPlaces && isVector(x) && isVector(y) && x.length === y.length) {
      kept = keep === "placed" ? placed(x, y) : ended(x, y);
      if (kept !== undefined) {
        values.x = picked(x, kept);
        values.y = picked(y, kept);
        const { text } = values;
        if (Array.isArray(text) && text.length === x.length) {
          values.text = Array.from(kept, (at) => text[at] as string);
        }
      }
    }
    for (const { trait, chosen } of compiled) {
      if (chosen) values[trait] = indices(numbers(values[trait] as Value), kept);
      // bqplot fades all points of a mark whose selection is empty; null selects nothing.
      if (trait === "selected" && (values[trait] as Vector | null)?.length === 0) {
        values[trait] = null;
      }
    }
    return { values, kept };
  };
}

/** Traits with what they show, for messages. */
export function inWords(traits: Readonly<Record<string, Encoding>>): string {
  const parts = Object.entries(traits).map(
    ([trait, one]) => `${trait} shows ${JSON.stringify(one)}`,
  );
  return parts.join(", ");
}

/** Places of points: of one point where they are a single number. */
function points(value: Value): Value {
  if (isVector(value)) return value.slice();
  if (Array.isArray(value)) return value;
  if (value !== null && typeof value !== "number" && typeof value !== "boolean") {
    throw new Error(`${JSON.stringify(value)} is neither a number nor numbers`);
  }
  return numbers(value);
}

/** bqplot and our own widgets need fresh arrays: what a mark holds must not change under it. */
function ownCopy(value: Value): Value {
  return isVector(value) ? value.slice() : value;
}

function placed(x: Vector, y: Vector): Int32Array | undefined {
  const kept = new Int32Array(x.length);
  let count = 0;
  for (let i = 0; i < x.length; i++) {
    if (Number.isFinite(x[i]) && Number.isFinite(y[i])) kept[count++] = i;
  }
  return count === x.length ? undefined : kept.slice(0, count);
}

function ended(x: Vector, y: Vector): Int32Array | undefined {
  let { length } = x;
  while (length > 0 && !(Number.isFinite(x[length - 1]) && Number.isFinite(y[length - 1])))
    length--;
  return length === x.length ? undefined : Int32Array.from({ length }, (_, i) => i);
}

function picked(values: Vector, kept: Int32Array): Vector {
  return Float64Array.from(kept, (at) => values[at]!);
}

function indices(mask: Vector, kept: Int32Array | undefined): Vector {
  const drawn = kept === undefined ? mask : picked(mask, kept);
  const found = Array.from(drawn.keys()).filter((at) => drawn[at] !== 0);
  return Float64Array.from(found);
}

function isVector(value: unknown): value is Vector {
  return value instanceof Float64Array;
}

function isOperation(encoding: Encoding): encoding is EncodedOperation {
  return typeof encoding === "object" && encoding !== null && !Array.isArray(encoding);
}

/** Vectors and numbers as numbers, one or many; null is a gap. */
function numbers(value: Value): Vector {
  if (isVector(value)) return value;
  if (Array.isArray(value)) return Float64Array.from(value as number[]);
  return Float64Array.of(value === null ? Number.NaN : Number(value));
}

/** Numbers as vectors and plain numbers, all else as it is. */
function plain(value: unknown): Value {
  if (isTensor(value)) return value.shape.length === 0 ? value.data[0]! : value.data;
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "number")) {
    return Float64Array.from(value);
  }
  return value as Value;
}

function holds(value: Value): boolean {
  return Boolean(value);
}

function map(value: Value, change: (x: number) => number): Value {
  if (isVector(value)) return value.map(change);
  return change(value === null ? Number.NaN : Number(value));
}

function combine(a: Value, b: Value, join: (x: number, y: number) => number): Value {
  if (!isVector(a)) return map(b, (y) => join(a === null ? Number.NaN : Number(a), y));
  if (!isVector(b)) return map(a, (x) => join(x, b === null ? Number.NaN : Number(b)));
  if (a.length !== b.length) throw new Error(`${a.length} numbers meet ${b.length} in an encoding`);
  return a.map((x, i) => join(x, b[i]!));
}

function joined(parts: readonly Value[]): Value {
  if (parts.some((part) => typeof part === "string" || (Array.isArray(part) && part.length > 0))) {
    return parts.flatMap((part) =>
      typeof part === "string" ? [part] : Array.from(part as string[]),
    );
  }
  const all = parts.map(numbers);
  const line = new Float64Array(all.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of all) {
    line.set(part, at);
    at += part.length;
  }
  return line;
}

/** Where a number stands on an axis; NaN for what a logarithmic one cannot hold. */
export function axisPosition(value: number, logarithmic = true): number {
  if (!logarithmic) return value;
  return value > 0 ? Math.log10(value) : Number.NaN;
}

function log(value: Value, when: Value, otherwise: Value): Value {
  if (!holds(when)) return map(value, (x) => x);
  const none = otherwise === null ? Number.NaN : Number(otherwise);
  return map(value, (x) => (x <= 0 ? none : axisPosition(x)));
}

function clip(value: Value, low: Value, high: Value): Value {
  const from = low === null ? Number.NEGATIVE_INFINITY : Number(low);
  const to = high === null ? Number.POSITIVE_INFINITY : Number(high);
  return map(value, (x) => Math.min(Math.max(x, from), to));
}

function bars(start: Value, end: Value): Vector {
  const [from, to] = [numbers(start), numbers(end)];
  const line = new Float64Array(Math.max(3 * from.length - 1, 0)).fill(Number.NaN);
  for (let i = 0; i < from.length; i++) {
    line[3 * i] = from[i]!;
    line[3 * i + 1] = to[i]!;
  }
  return line;
}

function band(upper: Value, lower: Value): Value {
  return joined([upper, numbers(lower).slice().reverse()]);
}

function dodge(places: Value, repeats: Value, most: Value): Vector {
  const at = numbers(places);
  const rows = Number(repeats);
  const columns = at.length / rows;
  const gap = (at[columns - 1]! - at[0]!) / Math.max(columns - 1, 1);
  const reach = Math.min(Number(most), DODGE_SHARE * gap);
  return at.map((x, i) => {
    const row = Math.floor(i / columns);
    return rows > 1 ? x + reach * (row / Math.max(rows - 1, 1) - 0.5) : x;
  });
}

function only(value: Value, where: Value): Vector {
  const mask = numbers(where);
  return numbers(value).filter((_, i) => mask[i] !== 0);
}

function equals(a: Value, b: Value): Value {
  if (typeof a === "string" || typeof b === "string") return Number(a === b);
  return combine(a, b, (x, y) => Number(x === y));
}

function ticks(highest: Value): Vector {
  const top = Number(highest);
  const step = Math.max(Math.ceil(top / MOST_STEPS), 1);
  return Float64Array.from({ length: 1 + Math.floor(top / step) }, (_, i) => step * i);
}

const OF_TWO: Readonly<Record<string, (a: Value, b: Value) => Value>> = {
  plus: (a, b) => combine(a, b, (x, y) => x + y),
  times: (a, b) => combine(a, b, (x, y) => x * y),
  bars,
  band,
  above: (a, b) => combine(a, b, (x, y) => Number(x > y)),
  equals,
};

/** Operations on one value, with the names of their options in order. */
const OF_ONE: Readonly<
  Record<string, [(value: Value, ...options: Value[]) => Value, ...options: string[]]>
> = {
  log: [(value, when = null, none = null) => log(value, when ?? 1, none), "when", "otherwise"],
  loglog: [(value) => map(value, (rate) => -Math.log10(-Math.log(rate)))],
  clip: [(value, low = null, high = null) => clip(value, low, high), "low", "high"],
  dodge: [(value, repeats = 1, most = 0) => dodge(value, repeats, most), "repeats", "most"],
  only: [(value, where = 1) => only(value, where), "where"],
  which: [(value) => numbers(value)],
  ticks: [ticks],
};

const OPERATIONS = new Set([
  ...Object.keys(OF_TWO),
  ...Object.keys(OF_ONE),
  "choose",
  "text",
  "stack",
  "stacked",
]);

function named(name: string): Evaluate {
  const [first, ...rest] = name.split(".") as [string, ...string[]];
  if (rest.length === 0) return (lookup) => plain(lookup(first));
  return (lookup) => {
    let found = lookup(first);
    for (const part of rest) found = (found as Record<string, unknown> | undefined)?.[part];
    if (found === undefined) throw new Error(`there is no '${name}'`);
    return plain(found);
  };
}

function filled(template: string): Evaluate {
  const names = [...template.matchAll(FIELD)].map(([, name]) => named(name!));
  return (lookup) => {
    let at = 0;
    return template.replace(FIELD, () => {
      const value = names[at++]!(lookup);
      return typeof value === "string" ? value : String(Math.floor(Number(value) + 0.5));
    });
  };
}

/** Rows of a mark without what has no place at their ends; see `stack` in programs/encode.py. */
function compileStack(encoding: EncodedOperation, operation: "stack" | "stacked"): Evaluate {
  const listed = (name: string): Evaluate[] => (encoding[name] as readonly Encoding[]).map(compile);
  const rows = listed(operation === "stack" ? "stack" : "rows");
  const beside = listed("beside");
  const texts = operation === "stacked" ? listed("stacked") : [];
  const trimmed = (lookup: Lookup): Vector[] =>
    rows.map((row, i) => {
      const [values, others] = [numbers(row(lookup)), numbers(beside[i]!(lookup))];
      const kept = ended(values, others);
      return kept === undefined ? values : values.slice(0, kept.length);
    });
  if (operation === "stacked") {
    return (lookup) => {
      const all = texts.map((one) => one(lookup) as string);
      const drawn = trimmed(lookup).flatMap((row, i) => (row.length > 0 ? [all[i]!] : []));
      return drawn.length > 0 ? drawn : all.slice(0, 1);
    };
  }
  return (lookup) => {
    const drawn = trimmed(lookup).filter((row) => row.length > 0);
    if (drawn.length < 2) return drawn[0] ?? new Float64Array(0);
    const width = Math.max(2, ...drawn.map((row) => row.length));
    return drawn.map((row) => {
      const filled = new Float64Array(width).fill(row.at(-1)!);
      filled.set(row);
      return filled;
    });
  };
}

/** An encoding as a function of what the names in it stand for. */
export function compile(encoding: Encoding): Evaluate {
  if (encoding === null || typeof encoding === "number") return () => encoding;
  if (typeof encoding === "string") return named(encoding);
  if (!isOperation(encoding)) {
    const parts = encoding.map(compile);
    return (lookup) => joined(parts.map((part) => part(lookup)));
  }
  const operation = Object.keys(encoding).find((key) => OPERATIONS.has(key));
  if (operation === undefined) {
    throw new Error(`an encoding has no operation: ${Object.keys(encoding)}`);
  }
  const given = encoding[operation]!;
  if (operation === "text") return filled(given as string);
  if (operation === "choose") {
    const when = compile(given);
    const then = compile(encoding.then ?? null);
    const otherwise = compile(encoding.otherwise ?? null);
    return (lookup) => (holds(when(lookup)) ? then(lookup) : otherwise(lookup));
  }
  if (operation === "stack" || operation === "stacked") return compileStack(encoding, operation);
  const two = OF_TWO[operation];
  if (two !== undefined) {
    const [a, b] = (given as readonly Encoding[]).map(compile) as [Evaluate, Evaluate];
    return (lookup) => two(a(lookup), b(lookup));
  }
  const value = compile(given);
  const [apply, ...names] = OF_ONE[operation]!;
  const options = names.map((name) => compile(encoding[name] ?? null));
  return (lookup) => apply(value(lookup), ...options.map((option) => option(lookup)));
}
