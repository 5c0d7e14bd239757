// Bundles the front end into emergence_widgets/static.
import { build } from "esbuild";

await build({
  entryPoints: {
    link: "src/link.ts",
    readouts: "src/readouts.ts",
    legend: "src/legend.ts",
    answers: "src/answers.ts",
    heatmap: "src/heatmap.ts",
    pictures: "src/pictures.ts",
    computation: "src/computation.ts",
    style: "src/style.css",
    tour: "src/tour.ts",
    verdicts: "src/verdicts.ts",
  },
  outdir: "../emergence_widgets/static",
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "inline",
  logLevel: "warning",
});

// The exported page: one classic script, because a page opened from disk may load no modules.
await build({
  entryPoints: { page: "src/page/main.ts", page_style: "src/page/page.css" },
  outdir: "../emergence_widgets/static",
  bundle: true,
  format: "iife",
  target: "es2022",
  minify: true,
  legalComments: "inline",
  logLevel: "warning",
  alias: { "sanitize-html": "./src/page/no_html.ts" },
  loader: { ".svg": "dataurl" },
});
