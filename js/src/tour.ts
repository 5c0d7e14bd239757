/** A tour: captions, and controls that glide from one state to the next. */
import { resolveWidget, type WidgetManager, type WidgetModel } from "./widgets.ts";

type Value = number | string | boolean | readonly boolean[];
type Glide = "linear" | "logarithmic" | "jump";

interface Step {
  caption: string;
  values: Record<string, Value>;
  figure: string;
}

interface Moved {
  widget: WidgetModel;
  trait: string;
  from: Value;
  to: Value;
  glide: Glide;
}

interface Framed {
  figure: WidgetModel;
  axis: WidgetModel;
  margin: unknown;
  offset: unknown;
}

const GLIDE_MS = 900;
/** Around the figures, once their type is large. */
const ROOM = { top: 14, bottom: 58, left: 64, right: 20 };
const LABEL_OFFSET = "44px";

function between({ from, to, glide }: Moved, share: number): Value {
  if (share >= 1 || typeof from !== "number" || typeof to !== "number" || glide === "jump")
    return to;
  if (glide === "logarithmic" && from > 0 && to > 0) return from * (to / from) ** share;
  const value = from + (to - from) * share;
  return Number.isInteger(from) && Number.isInteger(to) ? Math.round(value) : value;
}

function same(a: Value, b: Value): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

class Guide {
  private widgets: Record<string, [WidgetModel, string]> = {};
  private figures: Framed[] = [];
  private frame = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(
    private readonly model: WidgetModel,
    private readonly manager: WidgetManager,
  ) {
    model.on("change:position", this.go);
    model.on("change:playing", this.wait);
    model.on("change:lecture", this.makeRoom);
    void this.connect();
  }

  private async connect(): Promise<void> {
    const sources = this.model.get("sources") as Record<string, [string, string]>;
    const found = await Promise.all(
      Object.entries(sources).map(async ([name, [at, trait]]) => {
        return [name, [await resolveWidget(this.manager, at), trait]] as const;
      }),
    );
    this.widgets = Object.fromEntries(found) as Record<string, [WidgetModel, string]>;
    this.figures = await Promise.all(
      (this.model.get("figures") as [string, string][]).map(async ([figure, axis]) => {
        const framed = await resolveWidget(this.manager, figure);
        const labelled = await resolveWidget(this.manager, axis);
        const [margin, offset] = [framed.get("fig_margin"), labelled.get("label_offset")];
        return { figure: framed, axis: labelled, margin, offset };
      }),
    );
    if (this.closed) return;
    this.makeRoom();
    this.go();
  }

  /** Figures of large type need wider margins; afterwards they get their own back. */
  private readonly makeRoom = (): void => {
    const large = this.model.get("lecture") === true;
    for (const { figure, axis, margin, offset } of this.figures) {
      figure.set({ fig_margin: large ? ROOM : margin });
      axis.set({ label_offset: large ? LABEL_OFFSET : offset });
    }
  };

  private get steps(): Step[] {
    return this.model.get("steps") as Step[];
  }

  private readonly go = (): void => {
    const step = this.steps[this.model.get("position") as number];
    if (!step || this.closed) return;
    const glides = this.model.get("glides") as Record<string, Glide>;
    const moved: Moved[] = [];
    for (const [name, to] of Object.entries(step.values)) {
      const place = this.widgets[name];
      if (!place) continue;
      const [widget, trait] = place;
      const from = widget.get(trait) as Value;
      if (!same(from, to)) moved.push({ widget, trait, from, to, glide: glides[name] ?? "jump" });
    }
    cancelAnimationFrame(this.frame);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches || document.hidden;
    const start = performance.now();
    const move = (now: number): void => {
      const time = still ? 1 : Math.min((now - start) / GLIDE_MS, 1);
      const share = time < 0.5 ? 2 * time * time : 1 - 2 * (1 - time) ** 2;
      for (const one of moved) one.widget.set({ [one.trait]: between(one, share) });
      if (time < 1) this.frame = requestAnimationFrame(move);
      else this.keep(moved);
    };
    move(start);
    this.wait();
  };

  private keep(moved: readonly Moved[]): void {
    for (const { widget } of moved) if (widget.comm_live !== false) widget.save_changes();
  }

  private readonly wait = (): void => {
    clearTimeout(this.timer);
    if (this.model.get("playing") !== true || this.closed) return;
    this.timer = setTimeout(this.next, 1000 * (this.model.get("seconds") as number));
  };

  private readonly next = (): void => {
    const position = this.model.get("position") as number;
    const last = position >= this.steps.length - 1;
    this.model.set(last ? { playing: false } : { position: position + 1 });
    if (this.model.comm_live !== false) this.model.save_changes();
  };

  readonly close = (): void => {
    this.closed = true;
    this.model.off("change:position", this.go);
    this.model.off("change:playing", this.wait);
    this.model.off("change:lecture", this.makeRoom);
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
  };
}

function button(label: string, parent: Element, onClick: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "ew-tour-button";
  made.textContent = label;
  made.addEventListener("click", onClick);
  parent.append(made);
  return made;
}

interface InitializeProps {
  model: WidgetModel & { widget_manager: WidgetManager };
}

export default {
  initialize({ model }: InitializeProps): () => void {
    return new Guide(model, model.widget_manager).close;
  },

  render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
    el.classList.add("ew-tour-bar");
    el.setAttribute("role", "group");
    el.setAttribute("aria-label", "Tour");
    el.tabIndex = 0;
    el.dataset.lmSuppressShortcuts = "true";
    const steps = model.get("steps") as Step[];
    const change = (values: Record<string, unknown>): void => {
      model.set(values);
      if (model.comm_live !== false) model.save_changes();
    };
    const turn = (by: number): boolean => {
      const position = (model.get("position") as number) + by;
      const there = position >= 0 && position < steps.length;
      if (there) change({ position });
      return there;
    };
    const play = (): void => {
      const playing = model.get("playing") !== true;
      const atEnd = (model.get("position") as number) === steps.length - 1;
      change(playing && atEnd ? { playing, position: 0 } : { playing });
    };
    const caption = document.createElement("div");
    caption.className = "ew-tour-caption";
    caption.setAttribute("aria-live", "polite");
    const row = document.createElement("div");
    row.className = "ew-tour-row";
    el.append(caption, row);
    const previous = button("‹ Previous", row, () => turn(-1));
    const next = button("Next ›", row, () => turn(1));
    const playing = button("Play", row, play);
    const count = document.createElement("span");
    count.className = "ew-tour-count";
    row.append(count);
    const one = button("One figure", row, () => change({ alone: model.get("alone") !== true }));
    const lecture = button("Lecture", row, () =>
      change({ lecture: model.get("lecture") !== true }),
    );
    for (const turning of steps.length > 1 ? [] : [previous, next, playing, count]) {
      turning.hidden = true;
    }
    lecture.title = "Large type, without the controls";
    one.title = "Show only the figure that this step is about";

    const onKey = (event: KeyboardEvent): void => {
      const actions: Record<string, () => boolean> = {
        ArrowRight: () => turn(1),
        PageDown: () => turn(1),
        ArrowLeft: () => turn(-1),
        PageUp: () => turn(-1),
        Home: () => turn(-(model.get("position") as number)),
        End: () => turn(steps.length - 1 - (model.get("position") as number)),
      };
      const action: (() => unknown) | undefined =
        event.target === el && event.key === " " ? play : actions[event.key];
      // At either end, slides around the tour may go on.
      if (!action || action() === false) return;
      event.preventDefault();
      event.stopPropagation();
    };
    el.addEventListener("keydown", onKey);

    let shown = "false false ";
    const update = (): void => {
      const position = model.get("position") as number;
      const step = steps[position]!;
      caption.textContent = step.caption;
      count.textContent = `${position + 1} / ${steps.length}`;
      previous.disabled = position === 0;
      next.disabled = position === steps.length - 1;
      playing.textContent = model.get("playing") === true ? "Pause" : "Play";
      const alone = model.get("alone") === true;
      const large = model.get("lecture") === true;
      one.setAttribute("aria-pressed", String(alone));
      lecture.setAttribute("aria-pressed", String(large));
      const tour = el.closest(".ew-tour");
      tour?.classList.toggle("ew-lecture", large);
      tour?.classList.toggle("ew-alone", alone && step.figure !== "");
      for (const panel of tour?.querySelectorAll(".ew-panel") ?? []) {
        const spot = step.figure !== "" && panel.classList.contains(`ew-figure-${step.figure}`);
        panel.classList.toggle("ew-spot", spot);
      }
      const look = `${large} ${alone} ${alone ? step.figure : ""}`;
      // Figures measure themselves anew.
      if (look !== shown) requestAnimationFrame(() => window.dispatchEvent(new Event("resize")));
      shown = look;
    };
    const traits = ["position", "playing", "lecture", "alone"];
    for (const trait of traits) model.on(`change:${trait}`, update);
    // The explorer beside the bar is rendered after it.
    const drawn = new MutationObserver(() => {
      if (!el.closest(".ew-tour")?.querySelector(".ew-panel")) return;
      drawn.disconnect();
      update();
    });
    const start = requestAnimationFrame(() => {
      update();
      const tour = el.closest(".ew-tour");
      if (tour && !tour.querySelector(".ew-panel")) {
        drawn.observe(tour, { childList: true, subtree: true });
      }
    });
    return () => {
      cancelAnimationFrame(start);
      drawn.disconnect();
      for (const trait of traits) model.off(`change:${trait}`, update);
    };
  },
};
