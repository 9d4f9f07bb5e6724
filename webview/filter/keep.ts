import type { KeptFilter } from '../protocol.ts';

/** The filters with this one, in place of one of the same name. */
export function withFilter(filters: readonly KeptFilter[], filter: KeptFilter): readonly KeptFilter[] {
  const at = filters.findIndex(({ name }) => name === filter.name);
  return at === -1 ? [...filters, filter] : filters.with(at, filter);
}

export function withoutFilter(filters: readonly KeptFilter[], name: string): readonly KeptFilter[] {
  return filters.filter((filter) => filter.name !== name);
}

/** Unchanged where the new name is empty or another filter has it. */
export function renamed(filters: readonly KeptFilter[], from: string, to: string): readonly KeptFilter[] {
  const name = to.trim();
  if (name === '' || filters.some((filter) => filter.name === name)) return filters;
  return filters.map((filter) => (filter.name === from ? { ...filter, name } : filter));
}
