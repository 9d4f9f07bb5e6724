import type { RecordingRequestName, RecordingRequests } from './query.ts';
import type { RecordingView } from './view.ts';

/** What is asked of one recording: a comparison takes two. */
export type ViewRequestName = Exclude<RecordingRequestName, 'compare'>;

type Answers = {
  readonly [K in ViewRequestName]: (
    view: RecordingView,
    params: RecordingRequests[K]['params'],
  ) => RecordingRequests[K]['result'];
};

const answers: Answers = {
  rows: (view, { query }) => view.rows(query),
  detail: (view, { record }) => view.detail(record),
  lanes: (view, { query }) => view.lanes(query),
  search: (view, { query }) => view.search(query),
  hits: (view, { query }) => view.hits(query),
  vocabulary: (view) => view.vocabulary(),
  stats: (view, { query }) => view.stats(query),
  flows: (view, { record, grouping }) => view.flows(record, grouping),
  place: (view, { record, grouping }) => view.place(record, grouping),
  values: (view, { query }) => view.values(query),
  copy: (view, { record, path, format }) => ({ text: view.copy(record, path, format) }),
  differences: (view, { before, after }) => view.differences(before, after),
};

/** Answers a request of this name. Throws what the view throws. */
export function answer<K extends ViewRequestName>(
  view: RecordingView,
  name: K,
  params: RecordingRequests[K]['params'],
): RecordingRequests[K]['result'] {
  return answers[name](view, params);
}
