// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import tour from "../src/tour.ts";
import { FakeManager, type FakeModel } from "./models.ts";

const STEPS = [
  { caption: "One.", values: { length: 1, scale: 10, log: false }, figure: "" },
  { caption: "Many.", values: { length: 31, scale: 1000, log: true }, figure: "exact" },
  { caption: "The end.", values: { scale: 10 }, figure: "loss" },
];
const GLIDE = 1000;

let manager: FakeManager;
let controls: Record<string, FakeModel>;
let figure: FakeModel;
let axis: FakeModel;
let model: FakeModel;
let close: () => void;
let leave: () => void;
let outer: HTMLElement;
let bar: HTMLElement;

const values = () => Object.values(controls).map((one) => one.get("value"));
const button = (name: string) =>
  [...bar.querySelectorAll("button")].find((one) => one.textContent === name)!;
const press = (key: string) =>
  bar.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  manager = new FakeManager();
  const start = { length: 5, scale: 100, log: true };
  controls = Object.fromEntries(
    Object.entries(start).map(([name, value]) => [name, manager.make(name, { value })]),
  );
  figure = manager.make("figure", { fig_margin: "narrow" });
  axis = manager.make("axis", { label_offset: "near" });
  const sources = Object.keys(start).map((name) => [name, [`IPY_MODEL_${name}`, "value"]]);
  model = manager.make("tour", {
    steps: STEPS,
    sources: Object.fromEntries(sources),
    glides: { length: "linear", scale: "logarithmic", log: "jump" },
    figures: [["IPY_MODEL_figure", "IPY_MODEL_axis"]],
    position: 0,
    playing: false,
    lecture: false,
    alone: false,
    seconds: 3,
  });
  outer = document.createElement("div");
  outer.className = "ew-tour";
  bar = document.createElement("div");
  outer.append(bar);
  for (const name of ["exact", "loss"]) {
    const panel = document.createElement("div");
    panel.className = `ew-panel ew-figure-${name}`;
    outer.append(panel);
  }
  document.body.append(outer);
  close = tour.initialize({ model });
  leave = tour.render({ model, el: bar });
  await vi.advanceTimersByTimeAsync(GLIDE);
});

afterEach(() => {
  leave();
  close();
  outer.remove();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a step", () => {
  it("is gone to at once, and sent when it is reached", () => {
    expect(values()).toEqual([1, 10, false]);
    expect(bar.querySelector(".ew-tour-caption")!.textContent).toBe("One.");
    expect(controls.length!.sent).toEqual([{ value: 1 }]);
  });

  it("is glided to: whole numbers stay whole, scales move by ratio, choices jump", async () => {
    button("Next ›").click();
    await vi.advanceTimersByTimeAsync(450);
    const [length, scale, log] = values() as [number, number, boolean];
    expect(length).toBeGreaterThan(10);
    expect(length).toBeLessThan(22);
    expect(Number.isInteger(length)).toBe(true);
    expect(Math.log10(scale)).toBeGreaterThan(1.6);
    expect(Math.log10(scale)).toBeLessThan(2.4);
    expect(log).toBe(true);
    await vi.advanceTimersByTimeAsync(GLIDE);
    expect(values()).toEqual([31, 1000, true]);
    expect(bar.querySelector(".ew-tour-count")!.textContent).toBe("2 / 3");
  });

  it("is jumped to by a reader who asks for less motion", async () => {
    vi.stubGlobal("matchMedia", () => ({ matches: true }));
    button("Next ›").click();
    expect(values()).toEqual([31, 1000, true]);
  });

  it("that comes before the last is reached is gone to from where the controls are", async () => {
    button("Next ›").click();
    await vi.advanceTimersByTimeAsync(300);
    button("‹ Previous").click();
    await vi.advanceTimersByTimeAsync(GLIDE);
    expect(values()).toEqual([1, 10, false]);
  });

  it("marks its figure", async () => {
    button("Next ›").click();
    await vi.advanceTimersByTimeAsync(GLIDE);
    const marked = [...outer.querySelectorAll(".ew-spot")].map((one) => one.className);
    expect(marked).toEqual(["ew-panel ew-figure-exact ew-spot"]);
  });
});

describe("keys", () => {
  it("turn the steps, and are left to others at either end", () => {
    expect(press("ArrowLeft")).toBe(true);
    for (const [key, position] of [
      ["ArrowRight", 1],
      ["PageDown", 2],
      ["ArrowLeft", 1],
      ["PageUp", 0],
      ["End", 2],
      ["Home", 0],
    ] as const) {
      expect(press(key)).toBe(false);
      expect(model.get("position")).toBe(position);
    }
    press("End");
    expect(press("PageDown")).toBe(true);
    expect(press("a")).toBe(true);
    expect(model.get("position")).toBe(2);
  });

  it("of the space bar play and stop", () => {
    press(" ");
    expect(model.get("playing")).toBe(true);
    press(" ");
    expect(model.get("playing")).toBe(false);
  });
});

describe("playing", () => {
  it("goes from step to step and stops at the last; again, it begins at the first", async () => {
    button("Play").click();
    expect(button("Pause")).toBeDefined();
    await vi.advanceTimersByTimeAsync(3100);
    expect(model.get("position")).toBe(1);
    await vi.advanceTimersByTimeAsync(3100);
    expect(model.get("position")).toBe(2);
    await vi.advanceTimersByTimeAsync(3100);
    expect([model.get("position"), model.get("playing")]).toEqual([2, false]);
    button("Play").click();
    expect([model.get("position"), model.get("playing")]).toEqual([0, true]);
  });

  it("stops where it is asked to", async () => {
    button("Play").click();
    button("Pause").click();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(model.get("position")).toBe(0);
  });
});

describe("a lecture", () => {
  it("makes room around the figures, and gives it back", async () => {
    button("Lecture").click();
    expect(figure.get("fig_margin")).toMatchObject({ bottom: 58 });
    expect(axis.get("label_offset")).toBe("44px");
    expect(outer.classList.contains("ew-lecture")).toBe(true);
    button("Lecture").click();
    expect([figure.get("fig_margin"), axis.get("label_offset")]).toEqual(["narrow", "near"]);
  });

  it("shows one figure where the step has one", () => {
    button("One figure").click();
    expect(outer.classList.contains("ew-alone")).toBe(false);
    button("Next ›").click();
    expect(outer.classList.contains("ew-alone")).toBe(true);
  });
});

describe("closing", () => {
  it("stops the glide and the clock, and no listener stays", async () => {
    button("Play").click();
    button("Next ›").click();
    await vi.advanceTimersByTimeAsync(100);
    const there = values();
    close();
    leave();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(values()).toEqual(there);
    expect(model.get("position")).toBe(1);
    expect(model.listening).toBe(0);
  });

  it("sends nothing where there is no kernel", async () => {
    for (const one of [model, ...Object.values(controls)]) {
      one.comm_live = false;
      one.sent.length = 0;
    }
    button("Next ›").click();
    await vi.advanceTimersByTimeAsync(GLIDE);
    expect(values()).toEqual([31, 1000, true]);
    expect([model, ...Object.values(controls)].flatMap((one) => one.sent)).toEqual([]);
  });
});
