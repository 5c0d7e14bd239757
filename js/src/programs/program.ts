/** A program turns controls and constants into curves; its twin is the Python function of the same name. */
export type Vector = Float64Array;
export type ControlValue = number | string | boolean | readonly boolean[] | null;
export type Controls = Readonly<Record<string, ControlValue>>;
export interface Tensor {
  shape: readonly number[];
  data: Vector;
}
export type Constant = Tensor | unknown;
export type Constants = Readonly<Record<string, Constant>>;
export type Output =
  | Vector
  | readonly Vector[]
  | number
  | string
  | boolean
  | readonly string[]
  | readonly Record<string, unknown>[]
  | Record<string, unknown>
  | null;
export type Outputs = Record<string, Output>;
export type Program = (controls: Controls, constants: Constants) => Outputs;

export function isTensor(constant: Constant): constant is Tensor {
  return (
    typeof constant === "object" &&
    constant !== null &&
    (constant as Tensor).data instanceof Float64Array
  );
}

export function tensor(constants: Constants, name: string): Tensor {
  const found = constants[name];
  if (!isTensor(found)) throw new Error(`the constant '${name}' is missing or not an array`);
  return found;
}

export function vector(constants: Constants, name: string): Vector {
  return tensor(constants, name).data;
}

/** Row `index` of a two-dimensional constant, as a view that must not be changed. */
export function row(constant: Tensor, index: number): Vector {
  const width = constant.shape[1] ?? 1;
  return constant.data.subarray(index * width, (index + 1) * width);
}

export function numeric(controls: Controls, name: string): number {
  const value = controls[name];
  if (typeof value !== "number") throw new Error(`the control '${name}' is not a number`);
  return value;
}

/** Whole controls can arrive unrounded from a logarithmic slider. */
export function whole(controls: Controls, name: string): number {
  return Math.floor(numeric(controls, name) + 0.5);
}
