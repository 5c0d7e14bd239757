/** Numbers as people say them; twin of widgets/formats.py. */

export type ValueFormat = "scale" | "count" | "number" | "hundredths" | "concentration" | "percent";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const UNITS: readonly [number, string][] = [
  [1e12, "T"],
  [1e9, "B"],
  [1e6, "M"],
  [1e3, "k"],
];

/** At most three significant digits, no trailing zeros. */
function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function powerOfTen(value: number): string {
  let exponent = Math.floor(Math.log10(value));
  let mantissa = Number((value / 10 ** exponent).toPrecision(2));
  if (mantissa >= 10) {
    mantissa /= 10;
    exponent += 1;
  }
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]);
  const power = `10${exponent < 0 ? "⁻" : ""}${digits.join("")}`;
  return mantissa === 1 ? power : `${mantissa}×${power}`;
}

/** 10M, 1.3B, 2×10²². */
export function formatScale(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "–";
  if (value === 0) return "0";
  if (value < 0) return `−${formatScale(-value)}`;
  if (value >= 9.995e14 || value < 1e-3) return powerOfTen(value);
  for (const [size, unit] of UNITS) {
    if (value >= 0.9995 * size) return `${short(value / size)}${unit}`;
  }
  return short(value);
}

export function formatValue(format: ValueFormat, value: number): string {
  if (Number.isNaN(value)) return "–";
  switch (format) {
    case "scale":
      return formatScale(value);
    case "count":
      return formatScale(Math.floor(value + 0.5));
    case "concentration":
      return value >= 1e4 ? "∞" : formatValue("number", value);
    case "hundredths":
      return Math.abs(value) >= 1e6
        ? formatValue("number", value)
        : (Math.floor(100 * value + 0.5) / 100).toFixed(2);
    case "percent":
      return Number.isFinite(value) ? `${short(100 * value)}%` : "–";
    case "number": {
      if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
      const size = Math.abs(value);
      const plain = size === 0 || (size >= 1e-3 && size < 1e6);
      return `${value < 0 ? "−" : ""}${plain ? short(size) : powerOfTen(size)}`;
    }
  }
}
