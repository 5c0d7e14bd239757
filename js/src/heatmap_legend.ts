/** What the colours of a heat map mean. */
import { element } from "./dom.ts";
import type { WidgetModel } from "./widgets.ts";

export interface Level {
  name: string;
  /** Text of its cells; null: late rise T. */
  mark: string | null;
  label: string;
  legend: "always" | "late rise" | "verdict";
}

function swatch(level: Level, parent: Element): HTMLElement {
  const made = element("span", "ew-heat-swatch", parent);
  made.dataset.level = level.name;
  made.textContent = level.mark !== null && level.mark.length === 1 ? level.mark : "";
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
    const mode = byVerdict ? "verdict" : "late rise";
    legend.replaceChildren();
    element("span", "ew-heat-legend-title", legend).textContent = titles[byVerdict ? 1 : 0]!;
    const mine = levels.filter((level) => level.legend === "always" || level.legend === mode);
    // The steps of the scale first, then what is not on it.
    mine.sort((a, b) => Number(a.mark !== null) - Number(b.mark !== null));
    for (const level of mine) {
      const key = element("span", "ew-heat-key", legend);
      swatch(level, key);
      element("span", "", key).textContent = level.label;
    }
  };
}
