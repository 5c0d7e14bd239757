/** In a slide: figures share the height that the slide leaves them, so that nothing is cut off. */

/** Figures, and images, are at least and at most this many times as large as elsewhere. */
const LEAST = 0.6;
const MOST = 1.9;
/** What a readout that wraps adds is taken from the figures; what opens below them is scrolled to. */
const ABSORBED = 0.15;
const REST_MS = 120;

const own = new WeakMap<HTMLElement, string>();

/** Fractions of pixels, which `scrollWidth` rounds away, cut a title as well. */
const TITLE_SPARE = 8;

function isCramped(): boolean {
  const range = document.createRange();
  const words = document.querySelectorAll<HTMLElement>(".ew-title, .ew-subtitle, .ew-key");
  return [...words].some((one) => {
    if (!one.offsetParent || one.closest(".ew-absent")) return false;
    if (one.scrollWidth > one.clientWidth) return true;
    range.selectNodeContents(one);
    const needed = range.getBoundingClientRect().width + TITLE_SPARE;
    return !one.matches(".ew-key") && needed > one.clientWidth;
  });
}

function shownFigures(): HTMLElement[] {
  const all = document.querySelectorAll<HTMLElement>(".ew-panel .bqplot");
  return [...all].filter((figure) => figure.offsetParent && !figure.closest(".ew-absent"));
}

/** Heights that the style sheets and the layouts ask for. */
function naturalHeights(figures: readonly HTMLElement[]): number[] {
  for (const figure of figures) {
    if (!own.has(figure)) own.set(figure, figure.style.height);
    // Only set, it would still outrank the style sheets in Chromium.
    figure.style.removeProperty("height");
    figure.style.height = own.get(figure)!;
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
      document.documentElement.style.setProperty("--ew-share", String(share));
      return main.getBoundingClientRect().height;
    };
    let [low, high] = [LEAST, MOST];
    const cut = contentAt(LEAST) > room;
    if (cut) high = LEAST;
    else if (contentAt(MOST) <= room) low = MOST;
    while (high - low > 0.01) {
      const middle = (low + high) / 2;
      if (contentAt(middle) <= room) low = middle;
      else high = middle;
    }
    fitted = { height: contentAt(low), figures: figures.length };
    redraw();
    const [width, share] = [window.innerWidth, cut ? 0 : low];
    const told = { type: "emergence_widgets:fit", width, share, cramped: isCramped(), touched };
    window.parent.postMessage(told, "*");
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
