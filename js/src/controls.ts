/** Keyboard and screen-reader fixes for the controls of the explorer that `el` is part of. */

/** A tooltip is no name: inputs without a label are called what their tooltip says. */
function nameInputs(explorer: Element): void {
  for (const input of explorer.querySelectorAll<HTMLElement>("select[title], input[title]")) {
    const labels = (input as HTMLSelectElement).labels;
    const labelled = [...(labels ?? [])].some((label) => label.textContent?.trim());
    if (!labelled) input.setAttribute("aria-label", input.title);
  }
}

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
    const explorer = el.closest(".ew-explorer");
    if (explorer) nameInputs(explorer);
    const root = explorer?.querySelector(".ew-controls");
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
