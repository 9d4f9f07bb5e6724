import { icon } from './icons.ts';
import { item, menu, radios, tick } from './menu.ts';
import type { ExportFormat, FromPanel } from './protocol.ts';
import { t } from './text.ts';

/** Formats in the order of the menu. */
const formats: readonly { readonly format: ExportFormat; readonly label: string }[] = [
  { format: 'perfetto', label: t('Perfetto…') },
  { format: 'chrome', label: t('Chrome trace (JSON)…') },
  { format: 'otlp-json', label: t('OpenTelemetry (OTLP, JSON)…') },
  { format: 'otlp-protobuf', label: t('OpenTelemetry (OTLP, protobuf)…') },
  { format: 'jsonl', label: t('JSON Lines…') },
  { format: 'csv', label: t('CSV…') },
  { format: 'speedscope', label: t('speedscope…') },
];

/** A stretch of the recording that can be exported by itself, in milliseconds since its start. */
export interface ExportPart {
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

export interface ExportMenuOptions {
  readonly post: (message: Extract<FromPanel, { type: 'export' }>) => void;
  /** Parts beside the whole, asked for when the menu opens. */
  readonly parts?: () => readonly ExportPart[];
  /** The part that is chosen at first: its place among the parts; the whole where absent. */
  readonly first?: () => number | undefined;
  /** The filter that an export can be limited to, and what that is called. */
  readonly filter: () => string;
  readonly filterLabel: string;
  /** Exports a picture of the view; no such lines where absent. */
  readonly picture?: (format: 'png' | 'svg') => void;
}

/** The button *Export* and its menu: what to export, and in which format. */
export function exportMenu(options: ExportMenuOptions): HTMLElement {
  return menu(t('Export'), (close) => entries(options, close), icon('export')).element;
}

function entries(options: ExportMenuOptions, close: () => void): readonly HTMLElement[] {
  const { post, picture, filterLabel } = options;
  const parts = options.parts?.() ?? [];
  const filter = options.filter();
  let chosen = String(options.first?.() ?? 'all');
  let found = false;
  const choices = [
    { value: 'all', label: t('All of it') },
    ...parts.map(({ label }, at) => ({ value: String(at), label })),
  ];
  const send = (format: ExportFormat): void => {
    close();
    const part = parts[Number(chosen)];
    post({
      type: 'export',
      format,
      ...(part === undefined ? {} : { from: part.from, to: part.to }),
      ...(found ? { filter } : {}),
    });
  };
  return [
    ...(parts.length === 0
      ? []
      : [
          radios(t('What'), choices, chosen, (value) => {
            chosen = value;
          }),
        ]),
    ...(filter.trim() === ''
      ? []
      : [
          tick(filterLabel, found, (on) => {
            found = on;
          }),
        ]),
    ...formats.map(({ format, label }) => item(label, () => send(format))),
    ...(picture === undefined
      ? []
      : (['png', 'svg'] as const).map((format) =>
          item(t('Picture of the view ({0})…', format.toUpperCase()), () => {
            close();
            picture(format);
          }),
        )),
  ];
}
