/** Slides by reveal.js, made from a notebook, with live explorers in them. */
import Reveal from "reveal.js";
import Notes from "reveal.js/plugin/notes";
import { type Bundle, Frame } from "./frames.ts";
import { shareKeyboard } from "./keys.ts";

function readBundle(): Bundle {
  return JSON.parse(document.getElementById("ew-frames")!.textContent!) as Bundle;
}

async function start(): Promise<void> {
  const bundle = readBundle();
  const frames = [...document.querySelectorAll<HTMLElement>("[data-frame]")].map(
    (host) => new Frame(host, bundle),
  );
  await Reveal.initialize({
    // Frames take what they show from this size; reveal.js scales it to the screen.
    width: 1600,
    height: 900,
    margin: 0,
    minScale: 0.05,
    maxScale: 5,
    center: false,
    display: "flex",
    transition: "none",
    backgroundTransition: "none",
    hash: true,
    navigationMode: "linear",
    controlsTutorial: false,
    slideNumber: "c/t",
    // A frame out of sight must keep its size, else its figures had none.
    viewDistance: Number.MAX_SAFE_INTEGER,
    mobileViewDistance: Number.MAX_SAFE_INTEGER,
    scrollActivationWidth: 0,
    pdfSeparateFragments: false,
    // Coming back to this window, the keyboard stays in the explorer that had it.
    focusBodyOnPageVisibilityChange: false,
    plugins: [Notes],
  });
  shareKeyboard(Reveal, frames);
  const drawAround = (): void => {
    const current = Reveal.getCurrentSlide();
    const first = frames.findIndex((frame) => current.contains(frame.host));
    if (Reveal.getConfig().view === "print") void drawForPrint(frames);
    else if (first >= 0) void drawInTurn(frames.slice(first, first + 2));
    else void drawInTurn(frames.filter((frame) => follows(current, frame.host)).slice(0, 1));
  };
  Reveal.on("slidechanged", drawAround);
  drawAround();
  document.documentElement.dataset.ready = "yes";
}

function follows(slide: Element, host: Element): boolean {
  return (slide.compareDocumentPosition(host) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}

/** One after the other, so that the one on screen is not kept waiting. */
async function drawInTurn(frames: readonly Frame[]): Promise<void> {
  for (const frame of frames) await frame.draw();
}

/** Bqplot draws figures anew only where they can be seen. */
async function drawForPrint(frames: readonly Frame[]): Promise<void> {
  for (const frame of frames) {
    frame.host.scrollIntoView();
    await frame.draw();
    await new Promise((seen) => setTimeout(seen, 600));
  }
  window.scrollTo(0, 0);
  document.documentElement.dataset.printable = "yes";
}

void start();
