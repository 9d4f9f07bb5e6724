/** Rows that plugins of a contract make, as the host asks for them: the contract knows how they are recorded. */
import type { Recording } from '../recording/record.ts';
import type {
  ResultDetail,
  ResultFilter,
  ResultFind,
  ResultFormat,
  ResultFound,
  ResultQuery,
  ResultsSaved,
  ResultWindow,
} from '../recording/results.ts';
import type { ReferredPlaces } from './referred.ts';

/** What is recorded of a plugin in one recording. */
export interface ResultPart {
  readonly recording: Recording;
  /** Index of the plugin in it. */
  readonly plugin: number;
}

/** The rows of the last run of one plugin, read from its recordings when they are asked for. */
export interface ResultView extends Disposable {
  /** The plugin goes on in another recording; `release` lets the one before go, which is held until then. */
  continueIn(part: ResultPart, release: () => void): void;
  /** Lets recordings go that are asked for no more: `isGone` says which were removed. */
  forget(isGone: (recording: Recording) => boolean): void;
  /** Answers within some 100 ms, with what is known by then. Throws a UserError for a filter that is none. */
  window(query: ResultQuery): Promise<ResultWindow>;
  /** Looks until it has found it, or something newer is looked for. */
  find(find: ResultFind): Promise<ResultFound>;
  /** Throws a UserError where there is no such row. */
  detail(row: number, places: ReferredPlaces): Promise<ResultDetail>;
  /** Writes the rows to a file, whole. Throws a UserError where that fails. */
  save(file: string, format: ResultFormat, filter: ResultFilter | undefined): Promise<ResultsSaved>;
  /** Writes the file that came with a row; gives its bytes. Throws a UserError where there is none. */
  saveAttachment(row: number, file: string): Promise<number>;
}
