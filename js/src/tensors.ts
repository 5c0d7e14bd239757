/** Arrays as they travel between Python and the browser: float64, row by row. */
import type { Constant, Constants, Output } from "./programs/program.ts";

interface WireTensor {
  shape: number[];
  data: DataView;
}

function isWireTensor(value: unknown): value is WireTensor {
  return (
    typeof value === "object" && value !== null && ArrayBuffer.isView((value as WireTensor).data)
  );
}

/** A copy of its own, because a DataView from the wire need not be aligned. */
function decodeTensor(wire: WireTensor): Constant {
  const { buffer, byteOffset, byteLength } = wire.data;
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  return { shape: wire.shape, data: new Float64Array(bytes) };
}

export function decodeConstants(wire: Record<string, unknown>): Constants {
  return Object.fromEntries(
    Object.entries(wire).map(([name, value]) => [
      name,
      isWireTensor(value) ? decodeTensor(value) : value,
    ]),
  );
}

/** Outputs for a widget of ours, in the form in which constants travel. */
export function encodeOutputs(outputs: Record<string, Output>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => {
      const numbers = typeof value === "number" ? Float64Array.of(value) : value;
      if (!(numbers instanceof Float64Array)) return [name, value];
      const data = new DataView(numbers.slice().buffer);
      return [name, { shape: typeof value === "number" ? [] : [numbers.length], data }];
    }),
  );
}
