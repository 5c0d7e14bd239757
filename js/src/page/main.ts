/** Draws the explorers of an exported page from the state that the page holds. */
import type { IManagerState } from "@jupyter-widgets/base-manager";
import { MessageLoop } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";
import { installDefine, removeDefine } from "./amd.ts";
import { keepFitted } from "./fit.ts";
import { announceHeight } from "./height.ts";
import { PageManager } from "./manager.ts";
import { passKeysOn } from "./slide_keys.ts";
import { followTheme } from "./theme.ts";

interface PageState {
  /** Texts that several widgets share, such as their front end. */
  texts: string[];
  /** Of each model, the traits whose value is one of `texts`, by its place. */
  shared: Record<string, Record<string, number>>;
  widgets: IManagerState;
}

/** Slides show a page in a frame of a height of their own. */
const inSlide = document.documentElement.dataset.slide !== undefined;

function readState(): PageState["widgets"] {
  const { texts, shared, widgets } = JSON.parse(
    document.getElementById("ew-state")!.textContent!,
  ) as PageState;
  for (const [model, traits] of Object.entries(shared)) {
    for (const [trait, place] of Object.entries(traits)) {
      (widgets.state[model]!.state as Record<string, unknown>)[trait] = texts[place];
    }
  }
  return widgets;
}

async function draw(): Promise<void> {
  const manager = new PageManager();
  // For whoever scripts the page, as slides do.
  Object.assign(window, { ewManager: manager });
  await manager.set_state(readState());
  const roots: Widget[] = [];
  for (const host of document.querySelectorAll<HTMLElement>("[data-model]")) {
    const model = await manager.get_model(host.dataset.model!);
    const view = await manager.create_view(model);
    host.replaceChildren();
    Widget.attach(view.luminoWidget, host);
    roots.push(view.luminoWidget);
  }
  const redraw = (): void => {
    for (const root of roots) MessageLoop.postMessage(root, Widget.ResizeMessage.UnknownSize);
  };
  if (inSlide) keepFitted(document.querySelector("main")!, redraw);
  window.addEventListener("resize", redraw);
  document.documentElement.dataset.ready = "yes";
}

function start(): void {
  removeDefine();
  followTheme();
  if (inSlide) passKeysOn();
  else announceHeight();
  draw().catch((error: unknown) => {
    const note = document.getElementById("ew-failure")!;
    note.textContent = `The explorers could not be drawn: ${String(error)}`;
    note.hidden = false;
    console.error(error);
  });
}

installDefine();
// The libraries stand in scripts below this one.
document.addEventListener("DOMContentLoaded", start);
