// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import link from "../src/link.ts";
import { FakeManager, type FakeModel } from "./models.ts";

const runs = vi.hoisted(() => ({ count: 0 }));
vi.mock("../src/programs/index.ts", () => ({
  programs: {
    double: (controls: Record<string, number>, constants: Record<string, { data: number[] }>) => {
      runs.count++;
      if (controls.length === 13) throw new Error("thirteen is too many");
      const { data } = constants.scale!;
      return {
        doubled: Float64Array.from(data, (x) => x * controls.length!),
        run: Float64Array.of(7, 8, 9),
        highest: 3 * controls.length!,
        name: "a text",
        chosen: Float64Array.from([7, 8, 9], (run) => Number(run === controls.selection)),
      };
    },
  },
}));

const wire = (...numbers: number[]) => ({
  shape: [numbers.length],
  data: new DataView(Float64Array.from(numbers).buffer),
});

let manager: FakeManager;
let slider: FakeModel;
let points: FakeModel;
let label: FakeModel;
let strip: FakeModel;
let model: FakeModel;
let close: () => void;

const nextFrame = () => vi.advanceTimersByTimeAsync(17);
const rest = () => vi.advanceTimersByTimeAsync(300);
const heights = () => [...(points.get("y") as Float64Array)];

beforeEach(async () => {
  vi.useFakeTimers();
  runs.count = 0;
  manager = new FakeManager();
  slider = manager.make("slider", { value: 1 });
  points = manager.make("points", { y: null, selected: null });
  label = manager.make("label", { value: "" });
  strip = manager.make("strip", { values: {} });
  model = manager.make("link", {
    program: "double",
    sources: { length: ["IPY_MODEL_slider", "value"] },
    constants: { scale: wire(1, 2, 3) },
    targets: [["IPY_MODEL_points", { y: "doubled", selected: { which: "chosen" } }, "all"]],
    labels: { length: ["IPY_MODEL_label", "number"] },
    readouts: ["IPY_MODEL_strip"],
    defaults: { length: 4 },
    selectable: [["IPY_MODEL_points", "run"]],
    selection: -1,
    error: "",
  });
  close = link.initialize({ model });
  await nextFrame();
});

afterEach(() => {
  close();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a change of a control", () => {
  it("is there when its task ends", async () => {
    expect(heights()).toEqual([1, 2, 3]);
    slider.set({ value: 5 });
    await Promise.resolve();
    expect(heights()).toEqual([5, 10, 15]);
    expect(label.get("value")).toBe("5");
    expect(Object.keys(strip.get("values") as object)).toContain("doubled");
  });

  it("waits for the next frame behind another, and the last of many is what is shown", async () => {
    const before = runs.count;
    for (let value = 2; value <= 40; value++) {
      slider.set({ value });
      await Promise.resolve();
    }
    expect(runs.count).toBe(before + 1);
    expect(heights()).toEqual([2, 4, 6]);
    await nextFrame();
    expect(runs.count).toBe(before + 2);
    expect(heights()).toEqual([40, 80, 120]);
  });

  it("is shown on a hidden page, which gets no frames", async () => {
    vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    vi.stubGlobal("requestAnimationFrame", () => 0);
    for (const value of [5, 6, 7]) {
      slider.set({ value });
      await vi.advanceTimersByTimeAsync(0);
    }
    await vi.advanceTimersByTimeAsync(1);
    expect(heights()).toEqual([7, 14, 21]);
    vi.unstubAllGlobals();
  });

  it("leaves the numbers alone that a mark holds already", async () => {
    const first = points.get("y");
    slider.set({ value: 2 });
    await nextFrame();
    expect(points.get("y")).not.toBe(first);
    expect([...(first as Float64Array)]).toEqual([1, 2, 3]);
  });
});

describe("the kernel's copies of marks", () => {
  it("are sent once, when the controls rest", async () => {
    await rest();
    points.sent.length = 0;
    for (const value of [2, 3, 4]) {
      slider.set({ value });
      await vi.advanceTimersByTimeAsync(200);
    }
    expect(points.sent).toEqual([]);
    await rest();
    expect(points.sent).toHaveLength(1);
    expect([...(points.sent[0]!.y as Float64Array)]).toEqual([4, 8, 12]);
    await rest();
    expect(points.sent).toHaveLength(1);
  });

  it.each(["link", "points"])("are not sent where %s has no kernel", async (which) => {
    await rest();
    points.sent.length = 0;
    (await manager.get_model(which)).comm_live = false;
    slider.set({ value: 2 });
    await rest();
    expect(heights()).toEqual([2, 4, 6]);
    expect(points.sent).toEqual([]);
  });

  it("are not sent after the link is closed, and no listener stays", async () => {
    slider.set({ value: 2 });
    await nextFrame();
    points.sent.length = 0;
    close();
    await rest();
    slider.set({ value: 3 });
    await rest();
    expect(points.sent).toEqual([]);
    expect(heights()).toEqual([2, 4, 6]);
    expect([model, slider, points].map((one) => one.listening)).toEqual([0, 0, 0]);
  });
});

describe("an error", () => {
  it("is told, in the console too, and goes when the curves are right again", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    const el = document.createElement("div");
    const leave = link.render({ model, el });
    slider.set({ value: 13 });
    await nextFrame();
    expect(model.get("error")).toBe("thirteen is too many");
    expect(model.sent.at(-1)).toEqual({ error: "thirteen is too many" });
    expect(said).toHaveBeenCalledOnce();
    const alert = el.querySelector("[role=alert]")!;
    expect(alert.textContent).toBe("The curves could not be computed: thirteen is too many");
    slider.set({ value: 2 });
    await nextFrame();
    expect([model.get("error"), alert.textContent]).toEqual(["", ""]);
    leave();
  });

  it("names what the program does not give, or that there is none", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    model.set({ targets: [["IPY_MODEL_points", { y: "tripled" }, "all"]] });
    await nextFrame();
    expect(model.get("error")).toBe(
      "y shows \"tripled\": no output, constant or control is called 'tripled'",
    );
    model.set({ program: "triple" });
    await nextFrame();
    expect(model.get("error")).toMatch("'triple'");
  });

  it("names the trait and the output that no mark can show", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    model.set({ targets: [["IPY_MODEL_points", { x: "highest", y: "name" }, "placed"]] });
    await nextFrame();
    expect(model.get("error")).toBe('y shows "name": "a text" is neither a number nor numbers');
    points.on("change:size", () => {
      throw new TypeError("t.slice is not a function");
    });
    model.set({ targets: [["IPY_MODEL_points", { y: "doubled", size: "name" }, "all"]] });
    await nextFrame();
    expect(model.get("error")).toBe(
      'y shows "doubled", size shows "name": t.slice is not a function',
    );
  });
});

describe("a mark that shows single numbers", () => {
  it("has one point, or none where the number has no place", async () => {
    const places = { x: "highest", y: { log: "highest" } };
    model.set({ targets: [["IPY_MODEL_points", places, "placed"]] });
    await nextFrame();
    expect([points.get("x"), points.get("y")]).toEqual([
      Float64Array.of(3),
      Float64Array.of(Math.log10(3)),
    ]);
    slider.set({ value: -1 });
    await nextFrame();
    expect([points.get("x"), points.get("y")]).toEqual([new Float64Array(0), new Float64Array(0)]);
    expect(model.get("error")).toBe("");
  });
});

describe("a click on a point", () => {
  it("selects what it stands for, and a second one frees it", async () => {
    points.set({ selected: Float64Array.of(1) });
    await nextFrame();
    expect(model.get("selection")).toBe(8);
    expect(model.sent.at(-1)).toEqual({ selection: 8 });
    expect([...(points.get("selected") as Float64Array)]).toEqual([1]);
    points.set({ selected: Float64Array.of() });
    await nextFrame();
    expect(model.get("selection")).toBe(-1);
    expect(points.get("selected")).toBeNull();
  });

  it("is not what the link draws itself", async () => {
    model.set({ selection: 9 });
    await nextFrame();
    expect([...(points.get("selected") as Float64Array)]).toEqual([2]);
    expect(model.get("selection")).toBe(9);
  });
});

describe("reset", () => {
  it("puts the controls back as a person would", async () => {
    const el = document.createElement("div");
    const leave = link.render({ model, el });
    slider.set({ value: 9 });
    await nextFrame();
    el.querySelector("button")!.click();
    await nextFrame();
    expect(slider.get("value")).toBe(4);
    expect(slider.sent.at(-1)).toMatchObject({ value: 4 });
    expect(heights()).toEqual([4, 8, 12]);
    leave();
  });

  it("sends nothing where there is no kernel", async () => {
    slider.comm_live = false;
    model.set({ resets: 1 });
    await nextFrame();
    expect(slider.get("value")).toBe(4);
    expect(slider.sent).toEqual([]);
  });
});

describe("other constants and other widgets", () => {
  it("are taken up, and the old ones are let go", async () => {
    model.set({ constants: { scale: wire(10) } });
    await nextFrame();
    expect(heights()).toEqual([10]);
    const other = manager.make("other", { value: 3 });
    model.set({ sources: { length: ["IPY_MODEL_other", "value"] } });
    await nextFrame();
    expect(heights()).toEqual([30]);
    expect([slider.listening, other.listening]).toEqual([0, 1]);
  });

  it("are waited for where they open later", async () => {
    model.set({ sources: { length: ["IPY_MODEL_late", "value"] } });
    await nextFrame();
    manager.make("late", { value: 6 });
    await vi.advanceTimersByTimeAsync(500);
    expect(heights()).toEqual([6, 12, 18]);
  });

  it("that never open are told", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    model.set({ sources: { length: ["IPY_MODEL_never", "value"] } });
    await vi.advanceTimersByTimeAsync(31_000);
    expect(model.get("error")).toMatch("did not open (never)");
  });
});
