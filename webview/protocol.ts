/**
 * Everything that the panels and the editor say to each other. A panel asks for windows of the
 * recording; the editor tells it when there is more. A message to a hidden panel is lost, so each
 * is complete in itself.
 */
import type {
  LaneQuery,
  LaneWindow,
  RecordDetail,
  RowQuery,
  RowWindow,
} from '../extension/recording/query.ts';

export type * from '../extension/recording/query.ts';

/** Requests of a panel that the editor answers. */
interface PanelRequests {
  rows: { params: { query: RowQuery }; result: RowWindow };
  detail: { params: { record: number }; result: RecordDetail };
  lanes: { params: { query: LaneQuery }; result: LaneWindow };
}
type PanelRequestName = keyof PanelRequests;

/** From a panel to the editor. */
export type FromPanel =
  | { readonly type: 'ready' }
  | {
      readonly [K in PanelRequestName]: {
        readonly type: 'request';
        readonly id: number;
        readonly name: K;
        readonly params: PanelRequests[K]['params'];
      };
    }[PanelRequestName]
  /** The newest record that this panel selected; the other panel follows. */
  | { readonly type: 'select'; readonly record: number }
  | { readonly type: 'sendAgain'; readonly plugin: string; readonly record: number }
  | { readonly type: 'openSource'; readonly file: string; readonly line: number; readonly column?: number }
  | {
      readonly type: 'command';
      readonly command: 'newPlugin' | 'sendEvent' | 'saveRecording' | 'openTrace' | 'openTimeline';
    };

/** What a panel shows of the plugins beside their records. */
export interface PanelPlugin {
  readonly name: string;
  readonly state: string;
}

/** From the editor to a panel. */
export type ToPanel =
  | {
      readonly type: 'state';
      readonly recording: string;
      readonly count: number;
      readonly live: boolean;
      readonly plugins: readonly PanelPlugin[];
      readonly canSend: boolean;
    }
  | { readonly type: 'response'; readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly type: 'response'; readonly id: number; readonly ok: false; readonly message: string }
  | { readonly type: 'reveal'; readonly record: number };
