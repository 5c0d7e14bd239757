/** The widget manager of an exported page: no kernel, no network, only what the page holds. */
import * as base from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import * as controls from "@jupyter-widgets/controls";
import { amdModule } from "./amd.ts";

const BUILT_IN: Readonly<Record<string, unknown>> = {
  "@jupyter-widgets/base": base,
  "@jupyter-widgets/controls": controls,
};

type Classes = Record<string, typeof base.WidgetModel | typeof base.WidgetView>;

export class PageManager extends ManagerBase {
  protected override async loadClass(
    className: string,
    moduleName: string,
    _moduleVersion: string,
  ): Promise<typeof base.WidgetModel | typeof base.WidgetView> {
    const classes = (BUILT_IN[moduleName] ?? amdModule(moduleName)) as Classes;
    const found = classes[className];
    if (found === undefined) throw new Error(`this page has no ${moduleName} ${className}`);
    return found;
  }

  protected override async _create_comm(): Promise<base.IClassicComm> {
    throw new Error("this page has no kernel");
  }

  protected override async _get_comm_info(): Promise<Record<string, never>> {
    return {};
  }
}
