/** The browser link: whenever a control moves, run the program and let the marks show its outputs. */
import { installControlKeys } from "./controls.ts";
import {
  compileMark,
  type Encoding,
  inWords,
  type Keep,
  type Lookup,
  type Mark,
  scope,
} from "./encode.ts";
import { formatValue, type ValueFormat } from "./formats.ts";
import { programs } from "./programs/index.ts";
import type { Constants, Controls, ControlValue, Outputs } from "./programs/program.ts";
import { decodeConstants, encodeOutputs } from "./tensors.ts";
import { resolveWidget, type WidgetManager, type WidgetModel } from "./widgets.ts";

type Reference = [widget: string, trait: string];

interface Source {
  control: string;
  widget: WidgetModel;
  trait: string;
}

type Binding = [widget: string, traits: Record<string, Encoding>, keep: Keep];

interface Target {
  widget: WidgetModel;
  traits: Record<string, Encoding>;
  draw: (lookup: Lookup) => Mark;
  /** The points of the last frame that are drawn, where some are left out. */
  kept: Int32Array | undefined;
}

interface Selectable {
  widget: WidgetModel;
  output: string;
  listener: () => void;
}

interface ValueLabel {
  control: string;
  widget: WidgetModel;
  format: ValueFormat;
}

const REST_MS = 250;
const SETUP_TRAITS = [
  "program",
  "sources",
  "constants",
  "targets",
  "labels",
  "readouts",
  "selectable",
];

class Link {
  private sources: Source[] = [];
  private targets: Target[] = [];
  private labels: ValueLabel[] = [];
  private readouts: WidgetModel[] = [];
  private selectable: Selectable[] = [];
  private outputs: Outputs = {};
  private painting = false;
  private constants: Constants = {};
  private readonly unsaved = new Set<WidgetModel>();
  private connected = false;
  private queued = false;
  private paintedThisFrame = false;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private closed = false;
  private generation = 0;

  constructor(
    private readonly model: WidgetModel,
    private readonly manager: WidgetManager,
  ) {
    for (const trait of SETUP_TRAITS) model.on(`change:${trait}`, this.reconnect);
    model.on("change:selection", this.schedule);
    model.on("change:resets", this.reset);
    void this.connect();
  }

  private readonly reconnect = (): void => void this.connect();

  /**
   * The first change of a frame is applied as soon as its task ends, so that bqplot draws it in
   * that frame; further changes wait for the next one. The last value is always applied.
   */
  private readonly schedule = (): void => {
    if (this.queued || this.closed || !this.connected) return;
    this.queued = true;
    if (!this.paintedThisFrame) queueMicrotask(this.apply);
  };

  /** Called after painting: bqplot's own frame callback must come before the next change. */
  private holdUntilNextFrame(): void {
    const release = (): void => {
      this.paintedThisFrame = false;
      if (this.queued) this.apply();
    };
    // A hidden page gets no animation frames, and its curves must be right when it is shown.
    if (document.hidden) setTimeout(release, 0);
    else requestAnimationFrame(release);
  }

  private async connect(): Promise<void> {
    const generation = ++this.generation;
    try {
      const sources = await this.resolveAll(this.references("sources"));
      const targets = await Promise.all(
        (this.model.get("targets") as Binding[]).map(async ([at, traits, keep]) => ({
          widget: await resolveWidget(this.manager, at),
          traits,
          draw: compileMark(traits, keep),
          kept: undefined,
        })),
      );
      const labels = await Promise.all(
        Object.entries(this.model.get("labels") as Record<string, [string, ValueFormat]>).map(
          async ([control, [widget, format]]) => ({
            control,
            format,
            widget: await resolveWidget(this.manager, widget),
          }),
        ),
      );
      const readouts = await Promise.all(
        (this.model.get("readouts") as string[]).map((at) => resolveWidget(this.manager, at)),
      );
      const selectable = await Promise.all(
        (this.model.get("selectable") as [string, string][]).map(async ([at, output]) => {
          const widget = await resolveWidget(this.manager, at);
          return { widget, output, listener: () => this.select(widget, output) };
        }),
      );
      if (generation !== this.generation || this.closed) return;
      this.forgetSources();
      this.sources = sources.map(({ name, widget, trait }) => ({ control: name, widget, trait }));
      this.targets = targets;
      this.labels = labels;
      this.readouts = readouts;
      this.constants = decodeConstants(this.model.get("constants") as Record<string, unknown>);
      this.selectable = selectable;
      for (const { widget, trait } of this.sources) widget.on(`change:${trait}`, this.schedule);
      for (const { widget, listener } of selectable) widget.on("change:selected", listener);
      this.connected = true;
      this.schedule();
    } catch (error) {
      this.report(error);
    }
  }

  private references(trait: string): [string, Reference][] {
    return Object.entries(this.model.get(trait) as Record<string, Reference>);
  }

  private resolveAll(
    references: [string, Reference][],
  ): Promise<{ name: string; widget: WidgetModel; trait: string }[]> {
    return Promise.all(
      references.map(async ([name, [widget, trait]]) => ({
        name,
        trait,
        widget: await resolveWidget(this.manager, widget),
      })),
    );
  }

  private readonly apply = (): void => {
    this.queued = false;
    if (this.closed) return;
    this.paintedThisFrame = true;
    try {
      const controls: Record<string, ControlValue> = {};
      for (const { control, widget, trait } of this.sources) {
        controls[control] = widget.get(trait) as ControlValue;
      }
      controls.selection = this.model.get("selection") as number;
      this.painting = true;
      try {
        this.paint(controls);
      } finally {
        this.painting = false;
      }
      this.report(undefined);
    } catch (error) {
      this.report(error);
    }
    this.holdUntilNextFrame();
  };

  private paint(controls: Controls): void {
    const name = this.model.get("program") as string;
    const program = programs[name];
    if (program === undefined) throw new Error(`this page has no program '${name}'`);
    const outputs = program(controls, this.constants);
    this.outputs = outputs;
    const lookup = scope(outputs, this.constants, controls);
    const changes: [WidgetModel, Record<string, unknown>][] = [];
    for (const target of this.targets) {
      const { values, kept } = target.draw(lookup);
      target.kept = kept;
      changes.push([target.widget, values]);
    }
    for (const { control, widget, format } of this.labels) {
      changes.push([widget, { value: formatValue(format, controls[control] as number) }]);
    }
    for (const [widget, change] of changes) {
      try {
        widget.set(change);
      } catch (error) {
        // What fails inside of bqplot does not know which output it was given.
        const traits = this.targets.find((target) => target.widget === widget)?.traits ?? {};
        throw new Error(`${inWords(traits)}: ${(error as Error).message}`, { cause: error });
      }
      this.unsaved.add(widget);
    }
    if (this.readouts.length > 0) {
      const numbers = Object.entries(controls).filter(([, value]) => typeof value === "number");
      const values = encodeOutputs({ ...(Object.fromEntries(numbers) as Outputs), ...outputs });
      for (const widget of this.readouts) widget.set({ values });
    }
    clearTimeout(this.rest);
    this.rest = setTimeout(this.save, REST_MS);
  }

  /** Once the controls rest, the kernel's copies of the marks learn what the browser drew. */
  private readonly save = (): void => {
    if (this.model.comm_live !== false) {
      for (const widget of this.unsaved) if (widget.comm_live !== false) widget.save_changes();
    }
    this.unsaved.clear();
  };

  private report(error: unknown): void {
    const message =
      error === undefined ? "" : error instanceof Error ? error.message : String(error);
    if (this.closed || message === this.model.get("error")) return;
    if (error !== undefined) console.error("emergence_widgets:", error);
    this.model.set({ error: message });
    if (this.model.comm_live !== false) this.model.save_changes();
  }

  /** Puts every control back to its default, as if the user had moved it. */
  private readonly reset = (): void => {
    const defaults = this.model.get("defaults") as Record<string, ControlValue>;
    for (const { control, widget, trait } of this.sources) {
      const value = defaults[control];
      if (value === undefined) continue;
      widget.set({ [trait]: value });
      if (widget.comm_live !== false) widget.save_changes();
    }
  };

  /** A click on a point selects what it stands for in every figure; a second click frees it. */
  private select(widget: WidgetModel, output: string): void {
    if (this.painting) return;
    const chosen = widget.get("selected") as ArrayLike<number> | null;
    const meaning = this.outputs[output];
    const last = chosen === null || chosen.length === 0 ? undefined : chosen[chosen.length - 1];
    const kept = this.targets.find((target) => target.widget === widget)?.kept;
    const point = last === undefined || kept === undefined ? last : kept[last];
    const selection =
      point !== undefined && meaning instanceof Float64Array ? (meaning[point] ?? -1) : -1;
    this.model.set({ selection });
    if (this.model.comm_live !== false) this.model.save_changes();
    this.schedule();
  }

  private forgetSources(): void {
    for (const { widget, trait } of this.sources) widget.off(`change:${trait}`, this.schedule);
    for (const { widget, listener } of this.selectable) widget.off("change:selected", listener);
    this.sources = [];
    this.selectable = [];
  }

  readonly close = (): void => {
    this.closed = true;
    this.forgetSources();
    for (const trait of SETUP_TRAITS) this.model.off(`change:${trait}`, this.reconnect);
    this.model.off("change:selection", this.schedule);
    this.model.off("change:resets", this.reset);
    clearTimeout(this.rest);
  };
}

interface InitializeProps {
  model: WidgetModel & { widget_manager: WidgetManager };
}

interface RenderProps {
  model: WidgetModel;
  el: HTMLElement;
}

export default {
  /** Must return at once: anywidget drops the kernel's messages for a model that is slow here. */
  initialize({ model }: InitializeProps): () => void {
    return new Link(model, model.widget_manager).close;
  },

  render({ model, el }: RenderProps): () => void {
    el.classList.add("ew-link");
    const reset = document.createElement("button");
    reset.type = "button";
    reset.className = "ew-reset";
    reset.textContent = "Reset";
    reset.title = "Put every control back to where it started";
    // initialize and render get different faces of one model, so they meet in a local trait.
    reset.addEventListener("click", () => {
      model.set({ resets: ((model.get("resets") as number | undefined) ?? 0) + 1 });
    });
    const alert = document.createElement("span");
    alert.className = "ew-error";
    alert.setAttribute("role", "alert");
    el.append(reset, alert);
    const show = (): void => {
      const message = model.get("error") as string;
      alert.textContent = message && `The curves could not be computed: ${message}`;
    };
    show();
    model.on("change:error", show);
    const removeKeys = installControlKeys(el);
    return () => {
      model.off("change:error", show);
      removeKeys();
    };
  },
};
