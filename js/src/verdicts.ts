/** Is the jump real? Outcomes, each with its rungs to unfold. All of it is data, shown as text. */
import type { WidgetModel } from "./widgets.ts";

interface Rung {
  question: string;
  answer: "survives" | "explained" | "not tested";
  reason: string;
}

interface Verdict {
  metric: string;
  family: string;
  outcome: string;
  meaning: string;
  notes: string[];
  /** What the figure shows, in words; may be empty. */
  seen: string;
  rungs: Rung[];
}

const TITLE = "Is the jump real?";
const ABOUT =
  "Nine questions, in order: the first that explains the jump decides. The ladder is our own design.";

function add(tag: string, content: string, parent: Element, className = ""): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = content;
  if (className) made.className = className;
  parent.append(made);
  return made;
}

/** A class for colours: outcomes are a closed list, anything else has none. */
function kind(outcome: string): string {
  if (outcome === "candidate real transition") return "ew-real";
  const open = ["undetermined", "not established", "no jump"].includes(outcome);
  return open ? "ew-open" : "ew-explained";
}

function drawVerdict(verdict: Verdict, open: boolean, parent: Element): HTMLDetailsElement {
  if (verdict.seen) add("p", verdict.seen, parent, "ew-seen");
  const details = add("details", "", parent, "ew-verdict") as HTMLDetailsElement;
  details.open = open;
  const summary = add("summary", "", details);
  add("span", verdict.metric, summary, "ew-verdict-metric");
  add("span", verdict.outcome, summary, `ew-outcome ${kind(verdict.outcome)}`);
  add("span", verdict.meaning, summary, "ew-verdict-meaning");
  const ladder = add("ol", "", details, "ew-ladder");
  for (const { question, answer, reason } of verdict.rungs) {
    const rung = add("li", "", ladder, `ew-rung ew-rung-${answer.replace(" ", "-")}`);
    add("span", question, rung, "ew-question");
    add("span", answer, rung, "ew-rung-answer");
    add("span", reason, rung, "ew-reason");
  }
  for (const note of verdict.notes) add("p", note, details, "ew-invitation");
  return details;
}

export default {
  render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
    el.classList.add("ew-verdicts");
    const opened = new Set<string>();
    let shown = "";
    const update = (): void => {
      const verdicts = model.get("content") as Verdict[];
      const now = JSON.stringify(verdicts);
      // A drag changes nothing here, and unfolded ladders must not be built again under a reader.
      if (now === shown && el.childElementCount > 0) return;
      shown = now;
      el.replaceChildren();
      const note = model.get("note") as string;
      if (verdicts.length === 0 && note === "") return;
      add("p", TITLE, el, "ew-verdicts-title").title = ABOUT;
      if (verdicts.length === 0) {
        add("p", note, el, "ew-invitation");
        return;
      }
      const families = new Set(verdicts.map((verdict) => verdict.family));
      add("p", `${[...families].join(", ")}. ${ABOUT}`, el, "ew-invitation");
      for (const verdict of verdicts) {
        const details = drawVerdict(verdict, opened.has(verdict.metric), el);
        details.addEventListener("toggle", () => {
          if (details.open) opened.add(verdict.metric);
          else opened.delete(verdict.metric);
        });
      }
    };
    update();
    model.on("change:content", update);
    return () => model.off("change:content", update);
  },
};
