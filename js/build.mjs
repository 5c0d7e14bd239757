// Bundles the front end into emergence_widgets/static.
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { notices, packageOf } from "./notices.mjs";

// Python reads in the head of every file which contract it was built for.
const { digest } = JSON.parse(await readFile("src/contract.json", "utf-8"));
const mark = `/* contract ${digest} */`;

const shared = {
  outdir: "../emergence_widgets/static",
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "inline",
  banner: { js: mark, css: mark },
  logLevel: "warning",
};

await build({
  ...shared,
  entryPoints: {
    readouts: "src/readouts.ts",
    legend: "src/legend.ts",
    answers: "src/answers.ts",
    heatmap: "src/heatmap.ts",
    pictures: "src/pictures.ts",
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

/** Builds files whose head holds the licences of the packages that went into them. */
async function buildWithNotices(options) {
  const { metafile, outputFiles } = await build({
    ...shared,
    metafile: true,
    write: false,
    absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
    ...options,
  });
  const outputs = Object.entries(metafile.outputs);
  for (const { path, text } of outputFiles) {
    const [, { inputs }] = outputs.find(([name]) => basename(name) === basename(path));
    const packages = Object.keys(inputs)
      .map(packageOf)
      .filter((name) => name !== undefined);
    await writeFile(path, `/*!\n${notices(packages)}\n*/\n${text}`);
  }
}

// The exported page: one classic script, because a page opened from disk may load no modules.
await buildWithNotices({
  entryPoints: { page: "src/page/main.ts", page_style: "src/page/page.css" },
  format: "iife",
  alias: { "sanitize-html": "./src/page/no_html.ts" },
  loader: { ".svg": "dataurl" },
});

// Slides of a notebook, and their formulas for those that have any.
await buildWithNotices({
  entryPoints: { slides: "src/slides/main.ts", slides_math: "src/slides/math.ts" },
  format: "iife",
});
await buildWithNotices({ entryPoints: { slides_style: "src/slides/slides.css" } });
