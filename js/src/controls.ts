/** Keyboard and screen-reader fixes for the sliders of the explorer that `el` is part of. */

function fix(root: Element): void {
  // Notebook 7 takes arrow keys away from elements without this mark.
  for (const handle of root.querySelectorAll<HTMLElement>(".noUi-handle")) {
    handle.dataset.lmSuppressShortcuts = "true";
    const slider = handle.closest(".widget-inline-hbox, .jupyter-widgets");
    const label = slider?.querySelector("label");
    if (label?.textContent && !handle.hasAttribute("aria-label")) {
      handle.setAttribute("aria-label", label.textContent);
    }
    const row = handle.closest(".ew-control");
    const spoken = row?.querySelector(".ew-value, .widget-readout")?.textContent;
    if (spoken) handle.setAttribute("aria-valuetext", spoken);
  }
}

export function installControlKeys(el: HTMLElement): () => void {
  let observer: MutationObserver | undefined;
  const start = requestAnimationFrame(() => {
    const root = el.closest(".ew-explorer")?.querySelector(".ew-controls");
    if (!root) return;
    fix(root);
    observer = new MutationObserver(() => fix(root));
    observer.observe(root, { childList: true, subtree: true, characterData: true });
  });
  return () => {
    cancelAnimationFrame(start);
    observer?.disconnect();
  };
}
