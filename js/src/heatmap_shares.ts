/** The share of late rises over each column of a heat map: a bar and its interval. */
import { element, put } from "./dom.ts";
import { numbers, type Values } from "./heatmap_values.ts";

/** An empty bar in the colour of a kind of metrics. */
export function shareCell(kind: string, parent: Element): HTMLElement {
  const cell = element("td", `ew-kind-${kind}`, parent, "gridcell");
  const frame = element("div", "ew-heat-frame", cell);
  for (const part of ["ew-heat-bar", "ew-heat-whisker"]) element("div", part, frame);
  element("div", "ew-heat-share", cell);
  return cell;
}

export function drawShares(cells: readonly HTMLElement[], values: Values): void {
  const of = (name: string): Float64Array => numbers(values, name);
  cells.forEach((cell, at) => {
    const percent = (name: string): number => 100 * (of(name)[at] ?? Number.NaN);
    const [share, low, high] = ["share", "share_lower", "share_upper"].map(percent) as [
      number,
      number,
      number,
    ];
    const known = !Number.isNaN(share);
    const [bar, whisker] = [...cell.firstElementChild!.children] as [HTMLElement, HTMLElement];
    bar.style.height = known ? `${share}%` : "0";
    whisker.hidden = !known;
    whisker.style.bottom = `${low}%`;
    whisker.style.height = `${high - low}%`;
    cell.lastElementChild!.textContent = known ? `${share.toFixed(0)}%` : "–";
    const counts = `${of("share_late")[at]} of ${of("share_tasks")[at]} tasks rise late`;
    cell.title = known
      ? `${counts}: ${share.toFixed(0)}%, 95% interval ${low.toFixed(0)} to ${high.toFixed(0)}%`
      : "no task has enough points to tell";
    put(cell, "aria-label", cell.title);
  });
}
