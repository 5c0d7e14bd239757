// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import readouts from "../src/readouts.ts";
import { encodeOutputs } from "../src/tensors.ts";
import { FakeManager, type FakeModel } from "./models.ts";

const CELLS = [
  { label: "{name:text}", value: "{size:scale} of {share:percent}", detail: "d", help: "h" },
  {
    label: "Sharpness",
    value: "{sharp:number}",
    detail: "of {size:count}",
    help: "",
    verdict: {
      output: "sharp",
      limits: [2, 5],
      words: ["even", "sharp", "a jump"],
      missing: "nothing there",
    },
  },
];
const COLUMNS = [
  { label: "Model", output: "models", format: "text" },
  { label: "{name:text}", output: "scores", format: "percent" },
];
const MEANINGS = [
  { term: "T", text: "the <i>length</i> of the bracket", small: false },
  { term: "B", text: "breakthroughness", small: true },
];
const VALUES = {
  name: "Exact match",
  size: Float64Array.of(1.3e9),
  share: Float64Array.of(0.256),
  sharp: Float64Array.of(3),
  scores: Float64Array.of(0.5, Number.NaN),
  models: ["<b>small</b>", "large"],
};

let model: FakeModel;
let el: HTMLElement;
let leave: () => void;

const show = (changed: object) => model.set({ values: encodeOutputs({ ...VALUES, ...changed }) });
const texts = (selector: string) =>
  [...el.querySelectorAll(selector)].map((one) => one.textContent);
const box = (place: number) => el.querySelectorAll<HTMLElement>(".ew-readout")[place]!;

beforeEach(() => {
  const cells = CELLS.map((cell) => ({ verdict: null, ...cell }));
  const values = encodeOutputs(VALUES);
  const strip = { cells, columns: COLUMNS, meanings: MEANINGS, values };
  model = new FakeManager().make("strip", strip);
  el = document.createElement("div");
  leave = readouts.render({ model, el });
});

describe("the strip", () => {
  it("writes numbers and texts into labels and values", () => {
    expect(texts(".ew-readout-label")).toEqual(["Exact match", "Sharpness"]);
    expect(texts(".ew-readout-value")).toEqual(["1.3B of 25.6%", "3"]);
    expect(box(0).title).toBe("h");
  });

  it.each([
    [1, "even · of 1.3B", false],
    [3, "sharp · of 1.3B", false],
    [2, "even · of 1.3B", false],
    [5, "sharp · of 1.3B", false],
    [6, "a jump · of 1.3B", true],
    [Number.NaN, "nothing there · of 1.3B", false],
  ])("has a word for %s", (sharp, detail, above) => {
    show({ sharp: Float64Array.of(sharp) });
    expect(texts(".ew-readout-detail")).toEqual(["d", detail]);
    expect(box(1).classList.contains("ew-above")).toBe(above);
  });

  it("follows the values, and hides what has no name", () => {
    show({ name: "", sharp: Float64Array.of(1e-12) });
    expect([box(0).hidden, box(1).hidden]).toEqual([true, false]);
    expect(texts(".ew-readout-value")[1]).toBe("10⁻¹²");
    show({});
    expect(box(0).hidden).toBe(false);
  });

  it("has a dash for what is not there", () => {
    const { share: _, name: __, ...others } = VALUES;
    model.set({ values: encodeOutputs(others) });
    expect(texts(".ew-readout-value")[0]).toBe("1.3B of –");
    expect(box(0).hidden).toBe(true);
  });

  it("does not touch a text that stays, which a screen reader would say again", () => {
    const kept = el.querySelector(".ew-readout-value")!.firstChild;
    show({ sharp: Float64Array.of(4) });
    expect(el.querySelector(".ew-readout-value")!.firstChild).toBe(kept);
  });
});

describe("the meanings", () => {
  it("are text that a summary opens, of which some is small print", () => {
    const details = el.querySelector<HTMLDetailsElement>("details.ew-meanings")!;
    expect(details.querySelector("summary")!.textContent).toBe("What these words mean");
    expect(texts(".ew-meanings dt")).toEqual(["T", "B"]);
    expect(texts(".ew-meanings dd")[0]).toBe("the <i>length</i> of the bracket");
    expect(texts(".ew-meanings .ew-small-print dt")).toEqual(["B"]);
  });

  it("are not there without any", () => {
    const bare = document.createElement("div");
    model.set({ meanings: [] });
    readouts.render({ model, el: bare });
    expect(bare.querySelector(".ew-meanings")).toBeNull();
  });
});

describe("the table", () => {
  const open = () => {
    const details = el.querySelector<HTMLDetailsElement>("details.ew-table")!;
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
  };

  it("is drawn when it is opened, with data as text, and follows while it is open", () => {
    expect(texts("td")).toEqual([]);
    open();
    expect(texts("th")).toEqual(["Model", "Exact match"]);
    expect(texts("td")).toEqual(["<b>small</b>", "50%", "large", "–"]);
    expect(el.querySelector("td b")).toBeNull();
    show({ models: ["one"], scores: Float64Array.of(1) });
    expect(texts("td")).toEqual(["one", "100%"]);
  });

  it("leaves out columns without a name", () => {
    open();
    show({ name: "" });
    expect(texts("th")).toEqual(["Model"]);
    expect(texts("td")).toEqual(["<b>small</b>", "large"]);
  });

  it("counts its rows by numbers where its first column has no texts", () => {
    model.set({ columns: [COLUMNS[1]] });
    el = document.createElement("div");
    readouts.render({ model, el });
    open();
    expect(texts("td")).toEqual(["50%", "–"]);
  });

  it("is not there without columns", () => {
    model.set({ columns: [] });
    el = document.createElement("div");
    readouts.render({ model, el });
    expect(el.querySelector("details.ew-table")).toBeNull();
  });
});

it("listens no longer once its view is gone", () => {
  leave();
  show({ sharp: Float64Array.of(5) });
  expect(texts(".ew-readout-value")[1]).toBe("3");
  expect(model.listening).toBe(0);
});
