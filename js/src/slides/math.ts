/** Formulas of a notebook as MathML, which browsers draw themselves. */
import renderMathInElement from "katex/contrib/auto-render";

const ENVIRONMENTS = ["equation", "align", "alignat", "gather", "CD"];

document.addEventListener("DOMContentLoaded", () => {
  renderMathInElement(document.querySelector(".slides")!, {
    output: "mathml",
    throwOnError: false,
    strict: false,
    // As nbconvert tells MathJax.
    delimiters: [
      { left: "$$", right: "$$", display: true },
      { left: "$", right: "$", display: false },
      { left: "\\(", right: "\\)", display: false },
      { left: "\\[", right: "\\]", display: true },
      ...ENVIRONMENTS.flatMap((name) =>
        [name, `${name}*`].map((full) => ({
          left: `\\begin{${full}}`,
          right: `\\end{${full}}`,
          display: true,
        })),
      ),
    ],
    ignoredClasses: ["tex2jax_ignore", "mathjax_ignore"],
  });
});
