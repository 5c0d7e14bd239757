/** The selected model's outputs beside the targets. All of it is data, so all of it is shown as text. */
import type { WidgetModel } from "./widgets.ts";

interface Row {
  prompt: string;
  target: string;
  output: string;
  score: number | null;
  passed: boolean;
}

interface Answers {
  heading: string;
  rows: Row[];
}

const HEADINGS = ["", "Prompt", "Target", "Output", "Score"];

function text(tag: string, content: string, parent: Element, className = ""): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = content;
  if (className) made.className = className;
  parent.append(made);
  return made;
}

function drawRow({ prompt, target, output, score, passed }: Row, body: Element): void {
  const line = text("tr", "", body, passed ? "ew-passed" : "");
  text("td", passed ? "✓" : "·", line).setAttribute("aria-label", passed ? "passes" : "fails");
  for (const words of [prompt, target, output]) text("td", words, line);
  text("td", score === null ? "–" : score.toFixed(2), line);
}

export default {
  render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
    el.classList.add("ew-answers");
    const update = (): void => {
      const { heading, rows } = model.get("content") as Answers;
      el.replaceChildren();
      if (heading === "") {
        text("p", model.get("invitation") as string, el, "ew-invitation");
        return;
      }
      text("p", `Answers of ${heading}`, el, "ew-answers-heading");
      if (rows.length === 0) {
        text("p", "No outputs were kept for this model and task.", el, "ew-invitation");
        return;
      }
      const table = text("table", "", text("div", "", el, "ew-answers-scroll"));
      const head = text("tr", "", text("thead", "", table));
      for (const name of HEADINGS) text("th", name, head).setAttribute("scope", "col");
      const body = text("tbody", "", table);
      for (const row of rows) drawRow(row, body);
    };
    update();
    model.on("change:content", update);
    return () => model.off("change:content", update);
  },
};
