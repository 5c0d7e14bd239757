/** Exported pages in the slides: made when they are near, as large as their slide has room for. */

export interface Bundle {
  /** What all pages begin and end with. */
  head: string;
  scripts: string;
  pages: { label: string; body: string; state: string }[];
}

interface Fit {
  type: "emergence_widgets:fit";
  width: number;
  /** Height of the figures, as a share of what they would like; 0 where even the least is cut. */
  share: number;
  /** Whether a title is longer than its figure is wide. */
  cramped: boolean;
  /** Whether someone has used the page, from when on its type keeps its size. */
  touched: boolean;
}

/** How many times larger than at the size of the slide a page is shown. */
const SCALES = [1.3, 1.2, 1.1, 1, 0.9, 0.8, 0.7, 0.6, 0.5];
/** Type grows only where the figures are no lower for it; it shrinks only for very low ones. */
const AMPLE = 1.05;
const LOW = 0.9;
const VERY_LOW = 0.75;
const SLOWEST_MS = 20_000;

export class Frame {
  private readonly iframe = document.createElement("iframe");
  private drawn: Promise<void> | undefined;
  private at = SCALES.indexOf(1);
  private growing = true;
  private done: () => void = () => {};

  constructor(
    readonly host: HTMLElement,
    private readonly bundle: Bundle,
  ) {}

  /** The window that its messages come from. */
  get window(): Window | null {
    return this.iframe.contentWindow;
  }

  get element(): HTMLIFrameElement {
    return this.iframe;
  }

  /** Resolves when the page stands still; a page is made once, and keeps its state. */
  draw(): Promise<void> {
    this.drawn ??= new Promise((resolve) => {
      this.done = resolve;
      setTimeout(resolve, SLOWEST_MS);
      this.insert();
    });
    return this.drawn;
  }

  private insert(): void {
    const { head, scripts, pages } = this.bundle;
    const page = pages[Number(this.host.dataset.frame)]!;
    this.iframe.title = page.label;
    // Its own policy guards it. In a sandbox it would be foreign, and browsers let a foreign frame
    // that is out of sight work once a second, so that no slide would be ready when it comes.
    this.iframe.srcdoc = `${head}${page.body}${page.state}${scripts}`;
    window.addEventListener("message", (event) => {
      if (event.source === this.window && event.data?.type === "emergence_widgets:fit") {
        this.settle(event.data as Fit);
      }
    });
    this.resize();
    this.host.append(this.iframe);
    new ResizeObserver(() => this.resize()).observe(this.host);
  }

  private get width(): number {
    return Math.round(this.host.clientWidth / SCALES[this.at]!);
  }

  private resize(): void {
    const scale = SCALES[this.at]!;
    const { style } = this.iframe;
    style.width = `${this.width}px`;
    style.height = `${Math.floor(this.host.clientHeight / scale)}px`;
    style.transform = `scale(${scale})`;
  }

  /** The largest type at which the figures are high enough; smaller again when more came later. */
  private settle({ width, share, cramped, touched }: Fit): void {
    if (Math.abs(width - this.width) > 1) return;
    const before = this.at;
    const last = SCALES.length - 1;
    const enlarged = SCALES[this.at]! > 1;
    if (touched) {
      this.growing = false;
    } else if (share < (enlarged ? LOW : VERY_LOW) || (enlarged && cramped)) {
      this.growing = false;
      this.at = Math.min(this.at + 1, last);
    } else if (this.growing && share >= AMPLE && !cramped) {
      this.at = Math.max(this.at - 1, 0);
    }
    if (this.at !== before) {
      this.resize();
    } else {
      this.host.dataset.drawn = "yes";
      this.done();
    }
  }
}
