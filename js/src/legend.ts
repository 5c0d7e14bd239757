/** A legend whose entries switch their curves on and off. */
import type { WidgetModel } from "./widgets.ts";

interface Entry {
  name: string;
  colour: string;
  marker: string;
}

const SVG = "http://www.w3.org/2000/svg";
const SHAPES: Readonly<Record<string, string>> = {
  circle: "M7 2.5A4.5 4.5 0 1 1 6.99 2.5Z",
  square: "M3 3H11V11H3Z",
  "triangle-up": "M7 2L12 11H2Z",
  diamond: "M7 1.5L11.5 7L7 12.5L2.5 7Z",
  cross: "M5.4 2H8.6V5.4H12V8.6H8.6V12H5.4V8.6H2V5.4H5.4Z",
  "triangle-down": "M2 3H12L7 12Z",
};

function swatch({ colour, marker }: Entry): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 14 14");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[marker] ?? SHAPES.circle!);
  path.setAttribute("fill", colour);
  svg.append(path);
  return svg;
}

export default {
  render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
    el.classList.add("ew-legend");
    el.setAttribute("role", "group");
    el.setAttribute("aria-label", model.get("label") as string);
    const buttons = (model.get("entries") as Entry[]).map((entry, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "ew-family";
      const name = document.createElement("span");
      name.textContent = entry.name;
      button.append(swatch(entry), name);
      button.addEventListener("click", () => {
        const shown = [...(model.get("value") as boolean[])];
        shown[index] = !shown[index];
        model.set({ value: shown });
        if (model.comm_live !== false) model.save_changes();
      });
      el.append(button);
      return button;
    });
    const update = (): void => {
      const shown = model.get("value") as boolean[];
      buttons.forEach((button, index) => {
        button.setAttribute("aria-pressed", String(shown[index] === true));
      });
    };
    update();
    model.on("change:value", update);
    return () => model.off("change:value", update);
  },
};
