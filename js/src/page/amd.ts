/** Widget libraries come as AMD modules in scripts of the page; each is evaluated when needed. */
import * as base from "@jupyter-widgets/base";

type Factory = (...dependencies: unknown[]) => unknown;

interface Waiting {
  dependencies: readonly string[];
  factory: Factory;
}

const waiting = new Map<string, Waiting>();
const made = new Map<string, unknown>([["@jupyter-widgets/base", base]]);

/** An anonymous module is called what the script says that holds it. */
function define(...parts: unknown[]): void {
  const factory = parts.pop() as Factory;
  const dependencies = (parts.pop() ?? []) as string[];
  const name = document.currentScript?.dataset.module;
  if (name === undefined) throw new Error("a module without a name");
  waiting.set(name, { dependencies, factory });
}
define.amd = true;

export function installDefine(): void {
  Object.assign(window, { define });
}

/** Once all libraries are here: other scripts would take this for a loader of theirs. */
export function removeDefine(): void {
  Reflect.deleteProperty(window, "define");
}

export function amdModule(name: string): unknown {
  if (made.has(name)) return made.get(name);
  const module = waiting.get(name);
  if (module === undefined) throw new Error(`this page does not hold the library '${name}'`);
  const exports = {};
  const given = module.dependencies.map((dependency) =>
    dependency === "exports" ? exports : amdModule(dependency),
  );
  const result = module.factory(...given) ?? exports;
  made.set(name, result);
  return result;
}
