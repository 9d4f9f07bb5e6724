import * as vscode from 'vscode';

import type { KeptFilter } from '../../../webview/protocol.ts';

const KEY = 'hotplug.filters';

/** The filters that the user keeps: the same in every window. */
export class KeptFilters implements vscode.Disposable {
  readonly #memento: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();

  readonly onDidChange = this.#changed.event;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
  }

  get all(): readonly KeptFilter[] {
    const kept = this.#memento.get<unknown>(KEY);
    return Array.isArray(kept) ? kept.filter(isKeptFilter) : [];
  }

  async replace(filters: readonly KeptFilter[]): Promise<void> {
    await this.#memento.update(
      KEY,
      filters.map(({ name, filter }) => ({ name, filter })),
    );
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function isKeptFilter(value: unknown): value is KeptFilter {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'filter' in value &&
    typeof value.filter === 'string'
  );
}
