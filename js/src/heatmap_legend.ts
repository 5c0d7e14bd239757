/** What the colours of a heat map mean. */
import { element } from "./dom.ts";
import type { WidgetModel } from "./widgets.ts";

export interface Level {
  name: string;
  /** Text of its cells; null: the ratio. */
  mark: string | null;
  label: string;
  /** Lower end on the colour scale; empty at the open end, null for what is not on it. */
  from: string | null;
  legend: "always" | "breakthroughness" | "verdict";
}

function swatch(level: Level, parent: Element): HTMLElement {
  const made = element("span", "ew-heat-swatch", parent);
  made.dataset.level = level.name;
  made.textContent = level.from === null && level.legend !== "verdict" ? level.mark : "";
  return made;
}

export function buildLegend(
  model: WidgetModel,
  levels: readonly Level[],
  el: HTMLElement,
): (byVerdict: boolean) => void {
  const legend = element("div", "ew-heat-legend", el);
  const titles = model.get("legend_titles") as [string, string];
  let shown: boolean | undefined;
  return (byVerdict) => {
    if (byVerdict === shown) return;
    shown = byVerdict;
    const mode = byVerdict ? "verdict" : "breakthroughness";
    legend.replaceChildren();
    element("span", "ew-heat-legend-title", legend).textContent = titles[byVerdict ? 1 : 0]!;
    const mine = levels.filter((level) => level.legend === "always" || level.legend === mode);
    const ordered = mine.filter((level) => level.from !== null);
    if (ordered.length > 0) {
      const scale = element("span", "ew-heat-scale", legend);
      for (const level of ordered) {
        const step = element("span", "ew-heat-step", scale);
        step.title = level.label;
        swatch(level, step);
        element("span", "ew-heat-tick", step).textContent = level.from;
      }
    }
    for (const level of mine.filter((one) => one.from === null)) {
      const key = element("span", "ew-heat-key", legend);
      swatch(level, key);
      element("span", "", key).textContent = level.label;
    }
  };
}
