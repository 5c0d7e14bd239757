/** In a slide: keys that nothing here uses turn the slides, and Escape gives the keyboard back. */

/** What presenters' remote controls send. */
const TURNING = new Set(["PageUp", "PageDown"]);
const TYPING = "input, select, textarea, [contenteditable], [role='slider'], .noUi-handle";
const PRESSED = "button, summary, a";

function bar(): HTMLElement | null {
  return document.querySelector<HTMLElement>(".ew-tour-bar");
}

function passOn({ key, keyCode }: KeyboardEvent): void {
  window.parent.postMessage({ type: "emergence_widgets:key", key, keyCode }, "*");
}

/** A remote control turns the tour's steps, then the slides, whatever was clicked before. */
function turn(event: KeyboardEvent): void {
  const target = event.target as Element;
  if (!TURNING.has(event.key) || target.closest(".ew-tour-bar")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const tour = bar();
  if (!tour) {
    passOn(event);
    return;
  }
  const { key, keyCode } = event;
  tour.focus({ preventScroll: true });
  tour.dispatchEvent(
    new KeyboardEvent("keydown", { key, keyCode, bubbles: true, cancelable: true }),
  );
}

function uses(target: Element, key: string): boolean {
  if (key === "Escape" || TURNING.has(key)) return false;
  if (target.closest(TYPING)) return true;
  return (key === " " || key === "Enter") && target.closest(PRESSED) !== null;
}

export function passKeysOn(): void {
  window.addEventListener("keydown", turn, { capture: true });
  window.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Tab" || uses(event.target as Element, event.key)) return;
    event.preventDefault();
    passOn(event);
  });
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.data?.type !== "emergence_widgets:focus") return;
    bar()?.focus({ preventScroll: true });
  });
}
