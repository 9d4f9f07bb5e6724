/**
 * What an answer must be before a panel uses it. The editor is trusted; these checks are for an
 * editor and a panel of different builds, which a reload of the extension can bring together.
 */
import type { LaneWindow, RecordDetail, RecordingFacts, RowWindow, ToPanel } from './protocol.ts';

type Bag = Readonly<Record<string, unknown>>;

export function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isRowWindow(value: unknown): value is RowWindow {
  return isBag(value) && numbers(value, 'matching', 'total', 'first') && Array.isArray(value['rows']);
}

export function isRecordDetail(value: unknown): value is RecordDetail {
  return isBag(value) && numbers(value, 'record', 'time') && Array.isArray(value['fields']);
}

export function isLaneWindow(value: unknown): value is LaneWindow {
  return (
    isBag(value) &&
    numbers(value, 'from', 'to', 'duration') &&
    Array.isArray(value['lanes']) &&
    Array.isArray(value['memory'])
  );
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

function texts(bag: Bag, ...names: readonly string[]): boolean {
  return names.every((name) => typeof bag[name] === 'string');
}

function numbers(bag: Bag, ...names: readonly string[]): boolean {
  return names.every((name) => typeof bag[name] === 'number');
}
