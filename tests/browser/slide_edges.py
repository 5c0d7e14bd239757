"""What lies beyond the edges of a slide, or leaves much of it empty."""

from __future__ import annotations

SHOWN = "section.present:not(.stack)"


def cut_off(page) -> list[str]:
    """What is cut off on the slide that is shown, or under a scroll bar."""
    cut = page.evaluate(
        f"""() => {{
          const slide = document.querySelector('{SHOWN}');
          const edge = document.documentElement.getBoundingClientRect();
          const cut = [];
          if (slide.scrollHeight > slide.clientHeight) cut.push('the slide is higher');
          for (const frame of slide.querySelectorAll('iframe')) {{
            const box = frame.getBoundingClientRect();
            const around = frame.parentElement.getBoundingClientRect();
            if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1
              || box.bottom > innerHeight + 1) cut.push('a frame leaves the screen');
            if (box.right > around.right + 2 || box.bottom > around.bottom + 2)
              cut.push('a frame leaves its place');
            if (box.height < 0.9 * around.height) cut.push('a frame leaves room unused');
          }}
          return cut;
        }}"""
    )
    for frame in page.query_selector_all(f"{SHOWN} iframe"):
        cut += frame.content_frame().evaluate(
            """() => {
              const cut = [];
              const root = document.documentElement;
              if (root.scrollHeight > innerHeight) cut.push('a page is higher than its frame');
              if (root.scrollWidth > innerWidth) cut.push('a page is wider than its frame');
              const used = document.querySelector('main').getBoundingClientRect().height;
              if (used < 0.85 * innerHeight) cut.push('a page leaves room unused');
              for (const one of document.querySelectorAll('.ew-panel:not(.ew-absent)')) {
                const box = one.getBoundingClientRect();
                if (box.height && (box.right > innerWidth + 1 || box.bottom > innerHeight + 1))
                  cut.push(one.className);
              }
              for (const svg of document.querySelectorAll('.ew-panel svg.svg-figure')) {
                if (svg.closest('.ew-absent')) continue;
                const box = svg.getBoundingClientRect();
                const around = svg.closest('.bqplot').getBoundingClientRect();
                if (box.height && Math.abs(box.height - around.height) > 2)
                  cut.push('a figure is not as high as its place');
              }
              return cut;
            }"""
        )
    return cut
