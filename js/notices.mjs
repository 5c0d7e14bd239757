// Licences of the packages that a bundle holds, for the head of the file.
import { readdirSync, readFileSync } from "node:fs";

const MODULES = new URL("node_modules/", import.meta.url);
/** Packages that come without the text of their licence. */
const JUPYTER = /^@(jupyter-widgets|lumino)\//;
/** What a package bundles in turn. */
const INSIDE = {
  "reveal.js":
    "Its speaker view holds marked: MIT licence. Copyright (c) 2018+, MarkedJS; " +
    "copyright (c) 2011-2018, Christopher Jeffrey.",
};

const read = (path) => readFileSync(new URL(path, MODULES), "utf-8");

function licenceOf(name) {
  if (JUPYTER.test(name)) {
    const ours = readFileSync(new URL("../LICENSE", import.meta.url), "utf-8");
    return ours.replace(/Copyright .*/, "Copyright (c) 2015 Project Jupyter Contributors");
  }
  const file = readdirSync(new URL(name, MODULES)).find((one) => /^licen[cs]e/i.test(one));
  if (file === undefined) throw new Error(`${name} holds no licence: say here where it is`);
  return read(`${name}/${file}`);
}

/** Name of the package that a source file belongs to; none for our own. */
export function packageOf(path) {
  return path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1];
}

/** The names of packages with their copyright, then each text of a licence once. */
export function notices(names) {
  const groups = new Map();
  for (const name of [...new Set(names)].sort()) {
    const lines = licenceOf(name).replaceAll("*/", "* /").trim().split(/\r?\n/);
    const rights = lines.filter((line) => /^\W*copyright .*\d{4}/i.test(line));
    const text = lines
      .filter((line) => !rights.includes(line))
      .join("\n")
      .trim();
    const key = text.replace(/\s+/g, " ");
    const group = groups.get(key) ?? { text, holders: [] };
    const { version } = JSON.parse(read(`${name}/package.json`));
    const heading = [`${name} ${version}`, ...rights.map((line) => line.trim())];
    group.holders.push([...heading, ...(INSIDE[name] ? [INSIDE[name]] : [])].join("\n"));
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ text, holders }) => `${holders.join("\n\n")}\n\n${text}`)
    .join("\n\n----\n\n");
}
