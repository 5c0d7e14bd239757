/** Original images and what each width makes of them, with a mark on those that pass. */
import type { WidgetModel } from "./widgets.ts";

interface Marks {
  passed: boolean[][];
  selected: number;
}

interface Shown {
  heading: string;
  columns: string[];
  rows: string[];
  side: number;
}

/** Ink on nothing, so that the theme decides what is light and what is dark. */
function drawImage(canvas: HTMLCanvasElement, levels: Uint8Array, side: number): void {
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(side, side);
  levels.forEach((level, pixel) => {
    image.data[4 * pixel + 3] = level;
  });
  context.putImageData(image, 0, 0);
}

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  parent: Element,
  className = "",
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  parent.append(made);
  return made;
}

function bytes(model: WidgetModel, name: string): Uint8Array {
  const view = model.get(name) as DataView;
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

export default {
  render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
    el.classList.add("ew-pictures");
    const { heading, columns, rows, side } = model.get("shown") as Shown;
    const [originals, rebuilt] = [bytes(model, "originals"), bytes(model, "rebuilt")];
    const size = side * side;
    const title = element("div", el, "ew-pictures-title");
    title.textContent = heading;
    const table = element("table", element("div", el, "ew-pictures-scroll"));
    const head = element("tr", element("thead", table));
    const heads = ["", "original", ...columns].map((name) => {
      const cell = element("th", head);
      cell.setAttribute("scope", "col");
      cell.textContent = name;
      return cell;
    });
    const body = element("tbody", table);
    const cells: HTMLElement[][] = columns.map(() => []);
    rows.forEach((name, image) => {
      const line = element("tr", body);
      const label = element("th", line);
      label.setAttribute("scope", "row");
      label.textContent = name;
      const original = element("canvas", element("td", line, "ew-original"), "ew-image");
      drawImage(original, originals.subarray(image * size, (image + 1) * size), side);
      columns.forEach((_, column) => {
        const cell = element("td", line);
        const at = (column * rows.length + image) * size;
        drawImage(element("canvas", cell, "ew-image"), rebuilt.subarray(at, at + size), side);
        cells[column]!.push(cell);
      });
    });
    const update = (): void => {
      const { passed, selected } = model.get("marks") as Marks;
      cells.forEach((column, index) => {
        column.forEach((cell, image) => {
          const passes = passed[index]?.[image] === true;
          cell.classList.toggle("ew-passes", passes);
          cell.setAttribute("aria-label", passes ? "good enough" : "not good enough");
        });
        heads[index + 2]!.classList.toggle("ew-chosen", index === selected);
      });
    };
    update();
    model.on("change:marks", update);
    return () => model.off("change:marks", update);
  },
};
