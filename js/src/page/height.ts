/** Tells the page around an iframe how high this page is, so that it needs no scroll bar. */
export function announceHeight(): void {
  if (window.parent === window) return;
  const tell = (): void => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    // A height is no secret, and a page from disk knows no origin to name.
    window.parent.postMessage({ type: "emergence_widgets:height", height }, "*");
  };
  new ResizeObserver(tell).observe(document.documentElement);
  tell();
}
