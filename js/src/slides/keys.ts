/** Who has the keyboard: the slides, or the tour on the slide that is shown. */
import type { RevealApi } from "reveal.js";
import type { Frame } from "./frames.ts";

export function shareKeyboard(reveal: RevealApi, frames: readonly Frame[]): void {
  // Escape in an explorer keeps the keyboard with the slides until one is clicked again.
  let lent = true;

  const lend = (frame: Frame): void => {
    frame.element.focus({ preventScroll: true });
    frame.window?.postMessage({ type: "emergence_widgets:focus" }, "*");
  };
  const takeBack = (): void => {
    if (document.activeElement instanceof HTMLIFrameElement) document.activeElement.blur();
    window.focus();
  };
  const shown = (): Frame | undefined => {
    const slide = reveal.getCurrentSlide();
    return frames.find((frame) => slide.contains(frame.host));
  };
  const follow = (): void => {
    const frame = shown();
    takeBack();
    if (!frame || !lent) return;
    void frame.draw().then(() => {
      if (lent && shown() === frame && !reveal.isOverview()) lend(frame);
    });
  };

  window.addEventListener("message", (event) => {
    if (event.data?.type !== "emergence_widgets:key") return;
    if (!frames.some((frame) => frame.window === event.source)) return;
    if (event.data.key !== "Escape") return reveal.triggerKey(Number(event.data.keyCode));
    lent = false;
    takeBack();
  });
  // A click into a frame is known only from the focus that goes there.
  window.addEventListener("blur", () => {
    if (document.activeElement instanceof HTMLIFrameElement) lent = true;
  });
  reveal.on("slidechanged", follow);
  reveal.registerKeyboardShortcut(
    "PAGE DOWN  ,  PAGE UP",
    "Next or previous step of a tour, then slide",
  );
  reveal.registerKeyboardShortcut("ESC in an explorer", "Keys turn slides, not steps of tours");
  follow();
}
