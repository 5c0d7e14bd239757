/** The little of the Jupyter widget protocol that we use. */

export interface WidgetModel {
  get(name: string): unknown;
  set(values: Record<string, unknown>): unknown;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  save_changes(): unknown;
  readonly comm_live?: boolean;
}

export interface WidgetManager {
  has_model(id: string): boolean;
  get_model(id: string): Promise<WidgetModel>;
}

const REFERENCE = "IPY_MODEL_";
const PATIENCE_MS = 30_000;

/**
 * Referenced widgets can open after the widget that names them, and `get_model`
 * throws for a model that is not there yet.
 */
export async function resolveWidget(
  manager: WidgetManager,
  reference: string,
): Promise<WidgetModel> {
  if (!reference.startsWith(REFERENCE)) throw new Error(`'${reference}' names no widget`);
  const id = reference.slice(REFERENCE.length);
  const giveUp = Date.now() + PATIENCE_MS;
  for (let wait = 4; !manager.has_model(id); wait = Math.min(2 * wait, 200)) {
    if (Date.now() > giveUp) throw new Error(`a linked widget did not open (${id})`);
    await new Promise((resume) => setTimeout(resume, wait));
  }
  return manager.get_model(id);
}
