/** The readout strip: the numbers that matter, live, and all of them as a table. */
import { formatValue, type ValueFormat } from "./formats.ts";
import { isTensor } from "./programs/program.ts";
import { decodeConstants } from "./tensors.ts";
import type { WidgetModel } from "./widgets.ts";

interface Cell {
  label: string;
  /** Text in which {output:format} stands for a number. */
  value: string;
  detail: string;
  help: string;
  /** Words for below the first limit, between the two, above, and where the output is NaN. */
  verdict: {
    output: string;
    limits: [number, number];
    words: [string, string, string];
    missing: string;
  } | null;
}

interface Column {
  /** Text in which {output:text} stands for a text; a column without a label is not shown. */
  label: string;
  output: string;
  format: ValueFormat | "text";
}

/** What a word of the strip means. */
interface Meaning {
  term: string;
  text: string;
  small: boolean;
}

type Numbers = Readonly<Record<string, Float64Array>>;
type Lists = Readonly<Record<string, readonly string[]>>;
type Values = { numbers: Numbers; texts: Readonly<Record<string, string>>; lists: Lists };

function readValues(model: WidgetModel): Values {
  const numbers: Record<string, Float64Array> = {};
  const texts: Record<string, string> = {};
  const lists: Record<string, string[]> = {};
  const decoded = decodeConstants(model.get("values") as Record<string, unknown>);
  for (const [name, value] of Object.entries(decoded)) {
    if (isTensor(value)) numbers[name] = value.data;
    else if (typeof value === "string") texts[name] = value;
    else if (Array.isArray(value)) lists[name] = value as string[];
  }
  return { numbers, texts, lists };
}

function fill(template: string, { numbers, texts }: Values): string {
  return template.replace(/\{(\w+):(\w+)\}/g, (_, output: string, format: string) =>
    format === "text"
      ? (texts[output] ?? "")
      : formatValue(format as ValueFormat, numbers[output]?.[0] ?? Number.NaN),
  );
}

function element(tag: string, className: string, parent: Element): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  parent.append(made);
  return made;
}

/** Changes the text only where it differs, so that screen readers are not told it again. */
function say(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

function buildCell(cell: Cell, strip: Element): (values: Values) => void {
  const box = element("div", "ew-readout", strip);
  if (cell.help) box.title = cell.help;
  const label = element("div", "ew-readout-label", box);
  const value = element("div", "ew-readout-value", box);
  const detail = element("div", "ew-readout-detail", box);
  return (values) => {
    const { numbers } = values;
    const name = fill(cell.label, values);
    box.hidden = name === "";
    say(label, name);
    say(value, fill(cell.value, values));
    let text = fill(cell.detail, values);
    if (cell.verdict) {
      const { output, limits, words, missing } = cell.verdict;
      const shown = numbers[output]?.[0] ?? Number.NaN;
      const passed = limits.filter((limit) => shown > limit).length;
      box.classList.toggle("ew-above", passed === limits.length);
      const word = Number.isNaN(shown) ? missing : words[passed]!;
      text = [word, text].filter((part) => part !== "").join(" · ");
    }
    say(detail, text);
  };
}

function cellText({ output, format }: Column, row: number, { numbers, lists }: Values): string {
  if (format === "text") return lists[output]?.[row] ?? "";
  return formatValue(format, numbers[output]?.[row] ?? Number.NaN);
}

function buildTable(columns: readonly Column[], parent: Element): (values: Values) => void {
  if (columns.length === 0) return () => {};
  const details = element("details", "ew-table", parent) as HTMLDetailsElement;
  element("summary", "", details).textContent = "The points as a table";
  const table = element("table", "", element("div", "ew-table-scroll", details));
  const head = element("tr", "", element("thead", "", table));
  const body = element("tbody", "", table);
  let latest: Values = { numbers: {}, texts: {}, lists: {} };
  const draw = (): void => {
    const labelled = columns.map((column) => ({ column, label: fill(column.label, latest) }));
    const shown = labelled.filter(({ label }) => label !== "");
    head.replaceChildren();
    body.replaceChildren();
    for (const { column, label } of shown) {
      const cell = element("th", column.format === "text" ? "ew-words" : "", head);
      cell.setAttribute("scope", "col");
      cell.textContent = label;
    }
    const first = columns[0]!.output;
    const rows = latest.lists[first]?.length ?? latest.numbers[first]?.length ?? 0;
    for (let row = 0; row < rows; row++) {
      const line = element("tr", "", body);
      for (const { column } of shown) {
        const className = column.format === "text" ? "ew-words" : "";
        element("td", className, line).textContent = cellText(column, row, latest);
      }
    }
  };
  details.addEventListener("toggle", draw);
  return (values) => {
    latest = values;
    if (details.open) draw();
  };
}

/** What the words mean, as text that opens by mouse, key or touch. */
function buildMeanings(meanings: readonly Meaning[], parent: Element): void {
  if (meanings.length === 0) return;
  const details = element("details", "ew-meanings", parent);
  element("summary", "", details).textContent = "What these words mean";
  const list = element("dl", "", details);
  for (const { term, text, small } of meanings) {
    const pair = element("div", small ? "ew-small-print" : "", list);
    element("dt", "", pair).textContent = term;
    element("dd", "", pair).textContent = text;
  }
}

export default {
  render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
    el.classList.add("ew-readouts");
    const strip = element("div", "ew-readout-strip", el);
    const parts = (model.get("cells") as Cell[]).map((cell) => buildCell(cell, strip));
    buildMeanings(model.get("meanings") as Meaning[], el);
    parts.push(buildTable(model.get("columns") as Column[], el));
    const update = (): void => {
      const values = readValues(model);
      for (const part of parts) part(values);
    };
    update();
    model.on("change:values", update);
    return () => model.off("change:values", update);
  },
};
