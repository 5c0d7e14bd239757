// Times from a key press or a click to the end of the first frame in which every curve is drawn anew.
(selector) => {
  const signatures = () =>
    [...document.querySelectorAll(selector)].map((el) => {
      if (el.tagName === "IMG") return el.complete ? el.src : "";
      if (el.tagName === "path") return el.getAttribute("d");
      return [...el.querySelectorAll("path.line")].map((path) => path.getAttribute("d")).join();
    });
  let afterPaint = [];
  let onFrame = () => {};
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    const waiting = afterPaint;
    afterPaint = [];
    for (const resume of waiting) resume();
    onFrame();
  };
  // A message posted in a frame's first callback is handled once that frame is painted.
  const frame = () => {
    channel.port2.postMessage(0);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);

  const probe = { latency: undefined, drag: { changed: 0, frames: 0 } };
  probe.arm = (kind = "keydown") => {
    const before = signatures();
    let start;
    probe.latency = undefined;
    document.addEventListener(kind, (event) => (start = event.timeStamp), {
      capture: true,
      once: true,
    });
    const observer = new MutationObserver(() => check());
    const check = () => {
      if (start === undefined) return;
      const now = signatures();
      if (now.length !== before.length) return;
      if (!now.every((one, i) => one !== "" && one !== before[i])) return;
      observer.disconnect();
      document.removeEventListener("load", check, true);
      afterPaint.push(() => (probe.latency = performance.now() - start));
    };
    observer.observe(document, { subtree: true, childList: true, attributes: true });
    document.addEventListener("load", check, true);
    return before.length;
  };
  const MOVE_MS = 8;
  let moving;
  probe.startDrag = (low, width, y) => {
    let step = 0;
    moving = setInterval(() => {
      const clientX = low + width * Math.abs(((step++ * 0.013) % 2) - 1);
      const move = { clientX, clientY: y, buttons: 1, bubbles: true, cancelable: true };
      document.documentElement.dispatchEvent(new MouseEvent("mousemove", move));
    }, MOVE_MS);
    let last = signatures().join();
    probe.drag = { changed: 0, frames: 0, start: performance.now() };
    onFrame = () => {
      probe.drag.frames += 1;
      const now = signatures().join();
      if (now !== last) probe.drag.changed += 1;
      last = now;
    };
  };
  probe.stopDrag = () => {
    clearInterval(moving);
    onFrame = () => {};
    const seconds = (performance.now() - probe.drag.start) / 1000;
    return { changed: probe.drag.changed / seconds, frames: probe.drag.frames / seconds };
  };
  window.probe = probe;
}
