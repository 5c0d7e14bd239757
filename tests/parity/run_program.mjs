// Runs the built JavaScript of a program on many control sets; numbers travel as raw float64.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [, , bundle, requestPath, answerPath] = process.argv;
const { programs, formatValue, compileMark, scope, explainedByLoss } = await import(pathToFileURL(bundle).href);
const request = JSON.parse(readFileSync(requestPath, "utf8"));

// JSON has no nan and no infinities.
const special = { "<nan>": Number.NaN, "<inf>": Infinity, "<-inf>": -Infinity };
const revive = (value) => (Object.hasOwn(special, value) ? special[value] : value);

const arrays = (values) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value?.shape ? { shape: value.shape, data: Float64Array.from(value.data, revive) } : revive(value),
    ]),
  );

if (request.format) {
  const texts = request.values.map(([format, value]) => formatValue(format, revive(value)));
  writeFileSync(answerPath, JSON.stringify(texts));
} else if (request.explained) {
  const found = request.explained.map(([levels, runs]) => explainedByLoss(levels, runs) ?? null);
  writeFileSync(answerPath, JSON.stringify(found));
} else if (request.marks) {
  const keepSpecial = (_, x) =>
    typeof x === "number" && !Number.isFinite(x)
      ? `<${String(x).toLowerCase().replace("infinity", "inf")}>`
      : x;
  const drawn = request.marks.map(({ traits, keep, outputs }) => {
    const { values } = compileMark(traits, keep)(scope(arrays(outputs), {}, {}));
    return Object.fromEntries(
      Object.entries(values).map(([trait, value]) => [
        trait,
        value instanceof Float64Array
          ? { numbers: Array.from(value) }
          : Array.isArray(value) && value[0] instanceof Float64Array
            ? { numbers: value.map((row) => Array.from(row)) }
            : value,
      ]),
    );
  });
  writeFileSync(answerPath, JSON.stringify(drawn, keepSpecial));
} else {
  const constants = arrays(request.constants);
  const program = programs[request.program];
  const numbers = [];
  const layout = request.controls.map((controls) => {
    const revived = Object.fromEntries(
      Object.entries(controls).map(([name, value]) => [name, revive(value)]),
    );
    return Object.entries(program(revived, constants)).map(([name, output]) => {
      if (typeof output === "number") {
        numbers.push(Float64Array.of(output));
        return [name, []];
      }
      if (output instanceof Float64Array) {
        numbers.push(output);
        return [name, [output.length]];
      }
      if (Array.isArray(output) && output[0] instanceof Float64Array) {
        numbers.push(...output);
        return [name, [output.length, output[0].length]];
      }
      return [name, null, output];
    });
  });
  const all = new Float64Array(numbers.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of numbers) {
    all.set(part, at);
    at += part.length;
  }
  writeFileSync(`${answerPath}.f64`, all);
  writeFileSync(answerPath, JSON.stringify(layout));
}
