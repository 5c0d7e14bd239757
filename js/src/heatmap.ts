/** A heat map of tasks by metrics, with the share of late rises over each column. All names are data, so all are shown as text. */
import { element, put } from "./dom.ts";
import { formatValue } from "./formats.ts";
import { cellAt, type Grid, installKeys } from "./heatmap_keys.ts";
import { buildLegend, type Level } from "./heatmap_legend.ts";
import { drawShares, shareCell } from "./heatmap_shares.ts";
import { numbers, same, type Values } from "./heatmap_values.ts";
import { decodeConstants } from "./tensors.ts";
import type { WidgetModel } from "./widgets.ts";

interface Metric {
  label: string;
  kind: string;
  kind_label: string;
}

interface Row {
  line: HTMLElement;
  cells: HTMLElement[];
}

/** What a click on another cell leaves as it is. */
const CELLS = ["map_level", "map_late", "map_scales"];
const REST_MS = 250;
/** Outputs that are shown here. */
const OURS = /^(map|share)/;
const SHARES = ["share_late", "share_tasks"];

class HeatMap {
  private readonly head: HTMLElement;
  private readonly body: HTMLElement;
  private readonly box: HTMLElement;
  private readonly message: HTMLElement;
  private readonly drawLegend: (byVerdict: boolean) => void;
  private readonly tasks: string[];
  private readonly metrics: Metric[];
  private readonly levels: Level[];
  private readonly lines = new Map<number, Row>();
  private heads: HTMLElement[] = [];
  private bars: HTMLElement[] = [];
  private grid: Grid = { rows: [], columns: [] };
  private drawn: Values = {};
  private waiting = 0;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private chosen: HTMLElement | undefined;
  private reachable: HTMLElement | undefined;
  private readonly stopKeys: () => void;

  constructor(
    private readonly model: WidgetModel,
    el: HTMLElement,
  ) {
    this.tasks = model.get("tasks") as string[];
    this.metrics = model.get("metrics") as Metric[];
    this.levels = model.get("levels") as Level[];
    el.classList.add("ew-heat");
    element("div", "ew-heat-title", el).textContent = model.get("heading") as string;
    element("div", "ew-heat-invitation", el).textContent = model.get("invitation") as string;
    this.drawLegend = buildLegend(model, this.levels, el);
    this.box = element("div", "ew-heat-box", el);
    // Roles are named, since the style sheet makes blocks of the parts.
    const table = element("table", "", this.box, "grid");
    table.setAttribute("aria-label", model.get("heading") as string);
    this.head = element("thead", "", table, "rowgroup");
    this.body = element("tbody", "", table, "rowgroup");
    this.message = element("p", "ew-heat-message", this.box);
    this.body.addEventListener("click", this.click);
    this.stopKeys = installKeys(this.box, this.choose, () => this.grid, this.current);
    this.update();
    this.revealSoon();
    model.on("change:values", this.update);
    for (const trait of ["task", "metric"]) model.on(`change:${trait}`, this.mark);
    model.on("change:sort", this.markSort);
  }

  private readonly current = (): [number, number] => [
    this.model.get("task") as number,
    this.model.get("metric") as number,
  ];

  private readonly choose = (task: number, metric: number): void => {
    this.model.set({ task, metric });
    clearTimeout(this.rest);
    this.rest = setTimeout(this.save, REST_MS);
    this.revealSoon(() => this.chosen?.focus({ preventScroll: true }));
  };

  /** A walk through the map is told to the kernel when it rests: its answers would slow it down. */
  private readonly save = (): void => {
    if (this.model.comm_live !== false) this.model.save_changes();
  };

  private readonly click = (event: Event): void => {
    const place = cellAt(event.target as Element, this.grid);
    if (place) this.choose(...place);
  };

  /** Sizes are asked for once a frame, after everything has changed. */
  private revealSoon(first = (): void => {}): void {
    cancelAnimationFrame(this.waiting);
    this.waiting = requestAnimationFrame(() => {
      first();
      this.reveal();
    });
  }

  /** Scrolls the box, not the page, so that the chosen cell is not under a heading. */
  private reveal(): void {
    if (!this.chosen) return;
    const [cell, box] = [this.chosen.getBoundingClientRect(), this.box.getBoundingClientRect()];
    const top = box.top + this.head.getBoundingClientRect().height;
    const corner = this.head.querySelector("th")!.getBoundingClientRect();
    const left = box.left + corner.width;
    if (cell.top < top) this.box.scrollTop -= top - cell.top;
    else this.box.scrollTop += Math.max(0, cell.bottom - box.top - this.box.clientHeight);
    if (cell.left < left) this.box.scrollLeft -= left - cell.left;
    else this.box.scrollLeft += Math.max(0, cell.right - box.left - this.box.clientWidth);
  }

  private readonly update = (): void => {
    const sent = Object.entries(this.model.get("values") as Record<string, unknown>);
    const values = decodeConstants(Object.fromEntries(sent.filter(([name]) => OURS.test(name))));
    const columns = Array.from(numbers(values, "map_columns"));
    const rows = Array.from(numbers(values, "map_rows"));
    if (columns.join() !== this.grid.columns.join()) this.drawHead(columns);
    const moved = rows.join() !== this.grid.rows.join();
    const changed = moved || CELLS.some((name) => !same(values[name], this.drawn[name]));
    const earlier = this.drawn;
    this.grid = { rows, columns };
    this.drawn = values;
    const byVerdict = values.map_by_verdict === true;
    if (changed) {
      rows.forEach((task, row) => {
        this.drawRow(values, task, row);
      });
    }
    if (moved) this.body.replaceChildren(...rows.map((task) => this.lines.get(task)!.line));
    if (changed || SHARES.some((name) => !same(values[name], earlier[name]))) {
      drawShares(this.bars, values);
    }
    this.message.textContent = String(values.map_message ?? "");
    this.drawLegend(byVerdict);
    this.mark();
  };

  private drawHead(columns: readonly number[]): void {
    this.head.replaceChildren();
    this.lines.clear();
    this.grid = { rows: [], columns: [] };
    this.body.replaceChildren();
    const shares = element("tr", "ew-heat-shares", this.head, "row");
    element("th", "", shares, "rowheader").textContent = this.model.get("shares_heading") as string;
    const names = element("tr", "ew-heat-names", this.head, "row");
    element("th", "", names, "columnheader").textContent = "Task";
    this.bars = columns.map((metric) => shareCell(this.metrics[metric]!.kind, shares));
    this.heads = columns.map((metric) => {
      const { label, kind, kind_label } = this.metrics[metric]!;
      const cell = element("th", `ew-kind-${kind}`, names, "columnheader");
      const button = element("button", "", cell);
      button.setAttribute("type", "button");
      button.textContent = label;
      button.title = `${label} (${kind_label}). Sort by this column`;
      button.addEventListener("click", () => this.sortBy(metric));
      return cell;
    });
    this.markSort();
  }

  private sortBy(metric: number): void {
    this.model.set({ sort: (this.model.get("first_metric") as number) + metric });
    this.save();
  }

  private readonly markSort = (): void => {
    const sorted = (this.model.get("sort") as number) - (this.model.get("first_metric") as number);
    this.heads.forEach((cell, at) => {
      put(cell, "aria-sort", this.grid.columns[at] === sorted ? "descending" : "none");
    });
  };

  private line(task: number): Row {
    const known = this.lines.get(task);
    if (known) return known;
    const line = document.createElement("tr");
    line.setAttribute("role", "row");
    const name = element("th", "", line, "rowheader");
    name.textContent = this.tasks[task]!;
    name.title = this.tasks[task]!;
    const cells = this.grid.columns.map(() => {
      const cell = element("td", "", line, "gridcell");
      cell.tabIndex = -1;
      return cell;
    });
    const made = { line, cells };
    this.lines.set(task, made);
    return made;
  }

  private drawRow(values: Values, task: number, row: number): void {
    const { cells } = this.line(task);
    const level = numbers(values, "map_level");
    cells.forEach((cell, column) => {
      const at = row * cells.length + column;
      const { name, mark, label } = this.levels[level[at]!]!;
      const late = numbers(values, "map_late")[at]!;
      const number = formatValue("hundredths", late);
      const points = formatValue("number", numbers(values, "map_scales")[at]!);
      const where = `${this.tasks[task]}, ${this.metrics[this.grid.columns[column]!]!.label}`;
      const told = Number.isNaN(late) ? "" : `late rise T ${number} over ${points} points`;
      const words = [label, told].filter((one) => one);
      const text = mark ?? number;
      const said = `${where}: ${words.join("; ")}`;
      if (cell.textContent !== text) cell.textContent = text;
      if (cell.dataset.level !== name) cell.dataset.level = name;
      if (cell.title !== said) {
        cell.title = said;
        cell.setAttribute("aria-label", `${text}. ${said}`);
      }
    });
  }

  /** One cell can be reached by the tab key: the chosen one or, where it is hidden, the first. */
  private readonly mark = (): void => {
    const [task, metric] = this.current();
    const column = this.grid.columns.indexOf(metric);
    const shown = this.grid.rows.includes(task);
    const chosen = shown && column >= 0 ? this.lines.get(task)!.cells[column] : undefined;
    const first = this.lines.get(this.grid.rows[0] ?? -1)?.cells[0];
    const reachable = chosen ?? first;
    if (this.reachable !== reachable && this.reachable) this.reachable.tabIndex = -1;
    if (this.chosen !== chosen && this.chosen) {
      this.chosen.removeAttribute("aria-selected");
      this.chosen.parentElement?.classList.remove("ew-chosen-row");
    }
    this.reachable = reachable;
    this.chosen = chosen;
    if (reachable && reachable.tabIndex !== 0) reachable.tabIndex = 0;
    if (chosen && !chosen.hasAttribute("aria-selected")) {
      chosen.setAttribute("aria-selected", "true");
      chosen.parentElement!.classList.add("ew-chosen-row");
    }
    this.heads.forEach((cell, at) => {
      cell.classList.toggle("ew-chosen-column", at === column);
    });
  };

  readonly close = (): void => {
    cancelAnimationFrame(this.waiting);
    clearTimeout(this.rest);
    this.stopKeys();
    this.model.off("change:values", this.update);
    for (const trait of ["task", "metric"]) this.model.off(`change:${trait}`, this.mark);
    this.model.off("change:sort", this.markSort);
  };
}

export default {
  render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
    return new HeatMap(model, el).close;
  },
};
