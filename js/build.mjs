// Bundles the front end into emergence_widgets/static.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const shared = {
  outdir: "../emergence_widgets/static",
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "inline",
  logLevel: "warning",
};

await build({
  ...shared,
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
});

// An explorer carries the program that it runs and no other: link_<program>.js.
const programs = new URL("src/programs/", import.meta.url);
const index = await readFile(new URL("index.ts", programs), "utf-8");
for (const [, name, file] of index.matchAll(/^import \{ (\w+) \} from "\.\/(\w+)\.ts";$/gm)) {
  await build({
    ...shared,
    entryPoints: { [`link_${file}`]: "src/link.ts" },
    plugins: [
      {
        name: "one program",
        setup(bundle) {
          bundle.onLoad({ filter: /programs[\\/]index\.ts$/ }, () => ({
            contents: `import { ${name} } from "./${file}.ts";
              export const programs = { ${file}: ${name} };`,
            resolveDir: fileURLToPath(programs),
            loader: "ts",
          }));
        },
      },
    ],
  });
}

// The exported page: one classic script, because a page opened from disk may load no modules.
await build({
  ...shared,
  entryPoints: { page: "src/page/main.ts", page_style: "src/page/page.css" },
  format: "iife",
  alias: { "sanitize-html": "./src/page/no_html.ts" },
  loader: { ".svg": "dataurl" },
});

// Slides of a notebook; the licences of what they are made of travel with them.
const licence = (name) =>
  readFile(new URL(`node_modules/${name}/LICENSE`, import.meta.url), "utf-8");
const marked =
  "Its speaker view holds marked: MIT licence. Copyright (c) 2018+, MarkedJS; " +
  "copyright (c) 2011-2018, Christopher Jeffrey.";
for (const [name, entry, notice] of [
  ["slides", "main", `reveal.js\n\n${await licence("reveal.js")}\n\n${marked}`],
  ["slides_math", "math", `KaTeX\n\n${await licence("katex")}`],
]) {
  await build({
    ...shared,
    entryPoints: { [name]: `src/slides/${entry}.ts` },
    format: "iife",
    banner: { js: `/*! ${notice.trim()}\n*/` },
  });
}
await build({ ...shared, entryPoints: { slides_style: "src/slides/slides.css" } });
