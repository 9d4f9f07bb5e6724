import { element } from '../dom.ts';
import { formatBytes } from '../format.ts';
import type { DiskUse } from '../protocol.ts';
import { t } from '../text.ts';

export interface RecordedView {
  /** How much is recorded, for the toolbar. */
  readonly size: HTMLElement;
  /** Why nothing more is, for the top of the panel. */
  readonly problem: HTMLElement;
  /** Undefined where it is not known, or not the live recording's. */
  show(disk: DiskUse | undefined): void;
}

/** What the live recording takes on the disk, and what keeps it from going on. */
export function recordedView(): RecordedView {
  const size = element('div', 'recorded');
  const problem = element('div', 'notice failure');
  problem.setAttribute('role', 'alert');
  problem.hidden = true;
  return {
    size,
    problem,
    show: (disk) => {
      size.hidden = disk === undefined;
      problem.hidden = disk?.failure === undefined;
      if (disk === undefined) return;
      const text = sizeText(disk);
      if (size.textContent !== text) size.textContent = text;
      size.title = sizeTitle(disk);
      const said = disk.failure === undefined ? '' : t('Nothing more is recorded. {0}', disk.failure);
      if (problem.textContent !== said) problem.textContent = said;
    },
  };
}

function sizeText({ bytes, keptBytes, budgetBytes }: DiskUse): string {
  const own = formatBytes(bytes);
  if (budgetBytes === undefined) return own;
  const budget = formatBytes(budgetBytes).replace(/\.0+(?= )/, '');
  return `${own} · ${t('{0} of {1} kept', formatBytes(keptBytes), budget)}`;
}

function sizeTitle(disk: DiskUse): string {
  const recorded = `${sizeText(disk)}\n${disk.file}`;
  return disk.budgetBytes === undefined
    ? recorded
    : `${recorded}\n${t('A full recording goes on in the next file, and the oldest are removed (setting {0}).', 'hotplug.recordings.budgetMB')}`;
}
