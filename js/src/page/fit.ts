/** In a slide: figures share the height that the slide leaves them, so that nothing is cut off. */

/** Figures are at least and at most this many times as high as elsewhere. */
const LEAST = 0.7;
const MOST = 1.9;
/** What a readout that wraps adds is taken from the figures; what opens below them is scrolled to. */
const ABSORBED = 0.15;
const REST_MS = 120;

const own = new WeakMap<HTMLElement, string>();

function shownFigures(): HTMLElement[] {
  const all = document.querySelectorAll<HTMLElement>(".ew-panel .bqplot");
  return [...all].filter((figure) => figure.offsetParent && !figure.closest(".ew-absent"));
}

/** Heights that the style sheets and the layouts ask for. */
function naturalHeights(figures: readonly HTMLElement[]): number[] {
  for (const figure of figures) {
    if (!own.has(figure)) own.set(figure, figure.style.height);
    figure.style.setProperty("height", own.get(figure)!);
  }
  return figures.map((figure) => figure.getBoundingClientRect().height);
}

/** Fit the figures now, and once more whenever the room or what stands in it changes. */
export function keepFitted(main: HTMLElement, redraw: () => void): void {
  let touched = false;
  let fitted = { height: 0, figures: 0 };
  let timer: ReturnType<typeof setTimeout> | undefined;

  const fit = (): void => {
    const room = window.innerHeight;
    if (room < 50) return;
    const figures = shownFigures();
    const heights = naturalHeights(figures);
    const contentAt = (share: number): number => {
      for (const [at, figure] of figures.entries()) {
        figure.style.setProperty("height", `${Math.round(heights[at]! * share)}px`, "important");
      }
      return main.getBoundingClientRect().height;
    };
    const least = contentAt(LEAST);
    let [low, high] = [LEAST, MOST];
    if (least > room) high = LEAST;
    else if (contentAt(MOST) <= room) low = MOST;
    while (high - low > 0.01) {
      const middle = (low + high) / 2;
      if (contentAt(middle) <= room) low = middle;
      else high = middle;
    }
    fitted = { height: contentAt(low), figures: figures.length };
    redraw();
    window.parent.postMessage(
      { type: "emergence_widgets:fit", width: window.innerWidth, fits: least <= room, touched },
      "*",
    );
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(fit, REST_MS);
  };
  const changed = (): void => {
    const height = main.getBoundingClientRect().height;
    const other = shownFigures().length !== fitted.figures;
    if (!other && Math.abs(height - fitted.height) < 1) return;
    const excess = height / window.innerHeight - 1;
    if (other || !touched || (excess > 0 && excess < ABSORBED)) soon();
  };
  for (const input of ["pointerdown", "keydown"]) {
    window.addEventListener(input, () => (touched = true), { capture: true });
  }
  // A tour's change of look tells of itself as a resize.
  window.addEventListener("resize", fit);
  new ResizeObserver(changed).observe(main);
  soon();
}
