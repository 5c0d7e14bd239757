/** Widget models as Backbone keeps them, without a browser's or a kernel's part. */
import type { WidgetManager, WidgetModel } from "../src/widgets.ts";

export class FakeModel implements WidgetModel {
  comm_live?: boolean;
  /** What each call of `save_changes` sent. */
  readonly sent: Record<string, unknown>[] = [];
  private unsent: Record<string, unknown> = {};
  private readonly listeners = new Map<string, Set<() => void>>();

  constructor(
    private readonly state: Record<string, unknown>,
    readonly widget_manager: FakeManager,
  ) {}

  get(name: string): unknown {
    return this.state[name];
  }

  set(values: Record<string, unknown>): void {
    const changed = Object.entries(values).filter(([name, value]) => this.state[name] !== value);
    for (const [name, value] of changed) {
      this.state[name] = value;
      this.unsent[name] = value;
    }
    for (const [name] of changed) {
      for (const listener of [...(this.listeners.get(`change:${name}`) ?? [])]) listener();
    }
  }

  on(event: string, listener: () => void): void {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener));
  }

  off(event: string, listener: () => void): void {
    this.listeners.get(event)?.delete(listener);
  }

  save_changes(): void {
    this.sent.push(this.unsent);
    this.unsent = {};
  }

  get listening(): number {
    return [...this.listeners.values()].reduce((sum, some) => sum + some.size, 0);
  }
}

export class FakeManager implements WidgetManager {
  private readonly models = new Map<string, FakeModel>();

  make(id: string, state: Record<string, unknown>): FakeModel {
    const made = new FakeModel(state, this);
    this.models.set(id, made);
    return made;
  }

  has_model(id: string): boolean {
    return this.models.has(id);
  }

  async get_model(id: string): Promise<FakeModel> {
    return this.models.get(id)!;
  }
}
