/**
 * What an answer must be before a panel uses it. The editor is trusted; these checks are for an
 * editor and a panel of different builds, which a reload of the extension can bring together.
 */
import type { RecordingFacts, RecordingRequestName, RecordingRequests, ToPanel } from './protocol.ts';

type Bag = Readonly<Record<string, unknown>>;

export function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const results: Readonly<Record<RecordingRequestName, (value: unknown) => boolean>> = {
  rows: (value) => isBag(value) && numbers(value, 'matching', 'total', 'first') && lists(value, 'rows'),
  detail: (value) => isBag(value) && numbers(value, 'record', 'time') && lists(value, 'fields'),
  search: (value) => isBag(value) && numbers(value, 'matching'),
  hits: (value) => isBag(value) && numbers(value, 'matching') && value['counts'] instanceof Uint32Array,
  values: (value) => isBag(value) && numbers(value, 'total', 'first') && lists(value, 'nodes'),
  copy: (value) => isBag(value) && texts(value, 'text'),
  differences: (value) => isBag(value) && numbers(value, 'more') && lists(value, 'fields'),
  lanes: (value) =>
    isBag(value) &&
    numbers(value, 'from', 'to', 'duration', 'startedAt', 'indexed') &&
    lists(value, 'lanes', 'slices', 'counters', 'names'),
  vocabulary: (value) => isBag(value) && lists(value, 'plugins', 'names', 'types'),
  stats: (value) =>
    isBag(value) && numbers(value, 'count', 'errors') && lists(value, 'functions', 'counters'),
  flows: (value) => Array.isArray(value),
  place: (value) => value === undefined || (isBag(value) && numbers(value, 'record', 'time', 'lane', 'row')),
  compare: (value) => isBag(value) && numbers(value, 'events', 'differing') && lists(value, 'differences'),
};

/** Whether this is what the request of this name is answered with. */
export function isResult<K extends RecordingRequestName>(
  name: K,
  value: unknown,
): value is RecordingRequests[K]['result'] {
  return results[name](value);
}

export function isToPanel(value: unknown): value is ToPanel {
  if (!isBag(value)) return false;
  switch (value['type']) {
    case 'state':
      return numbers(value, 'count') && texts(value, 'recording', 'kind') && Array.isArray(value['plugins']);
    case 'recording':
      return isFacts(value['facts']);
    case 'problem':
      return texts(value, 'name', 'message', 'advice');
    case 'response':
      return numbers(value, 'id');
    case 'reveal':
      return numbers(value, 'record');
    case 'notes':
      return texts(value, 'recording') && lists(value, 'notes');
    case 'settings':
      return lists(value, 'filters') && typeof value['announce'] === 'boolean';
    case 'do':
      return texts(value, 'action');
    case 'comparison':
      return value['comparison'] === undefined || isResult('compare', value['comparison']);
    default:
      return false;
  }
}

function isFacts(value: unknown): value is RecordingFacts {
  return (
    isBag(value) &&
    texts(value, 'name') &&
    numbers(value, 'startedAt') &&
    Array.isArray(value['plugins']) &&
    isBag(value['tools'])
  );
}

function lists(bag: Bag, ...names: readonly string[]): boolean {
  return names.every((name) => Array.isArray(bag[name]));
}

function texts(bag: Bag, ...names: readonly string[]): boolean {
  return names.every((name) => typeof bag[name] === 'string');
}

function numbers(bag: Bag, ...names: readonly string[]): boolean {
  return names.every((name) => typeof bag[name] === 'number');
}
