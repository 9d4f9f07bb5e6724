import { visible } from '../../extension/recording/visible.ts';
import { attributes, element } from '../dom.ts';
import { icon } from '../icons.ts';
import type { Note } from '../protocol.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';
import type { TimelineModel } from './model/model.ts';
import { sortedNotes, withNote, withoutNote } from './note-list.ts';
import { rangeText, timeText } from './words.ts';

/** Longest note, in characters. */
const longest = 2000;

/** The notes of the recording: a list that is edited in place. */
export class Notes {
  readonly element = element('div', 'notes-pane');
  readonly #model: TimelineModel;
  readonly #list = element('ul', 'note-list');
  readonly #none = element('p', 'none', t('There is no note yet.'));
  /** The note that is being written. */
  #editing: string | undefined;
  /** A new one, which is kept once something is written. */
  #draft: Note | undefined;
  #shown: readonly Note[] | undefined;
  #recording: string | undefined;

  constructor(model: TimelineModel) {
    this.#model = model;
    const add = button({ label: t('Add a note'), key: 'M', click: () => this.add() });
    this.#list.setAttribute('aria-label', t('Notes'));
    this.element.append(add, this.#none, this.#list);
    model.onChange((changed) => {
      // What is being written is not taken away by what comes meanwhile.
      if (changed.has('recording') && model.state?.recording !== this.#recording) {
        this.#recording = model.state?.recording;
        this.#editing = this.#draft = undefined;
      }
      const other = changed.has('notes') || changed.has('recording') || changed.has('mode');
      if (other && this.#editing === undefined && this.#shown !== undefined) this.#draw();
    });
  }

  show(on: boolean): void {
    if (on) this.#draw();
    else this.#shown = undefined;
  }

  /** Adds a note to the marked stretch, else to what is chosen, else to the time under the pointer, and asks for its text. */
  add(): void {
    const { range, selection, pointer, view } = this.#model;
    const middle = view === undefined ? 0 : (view.from + view.to) / 2;
    const place =
      range === undefined
        ? { from: selection?.time ?? pointer ?? middle }
        : { from: range.from, to: range.to };
    const record = range === undefined && selection !== undefined ? { record: selection.record } : {};
    this.#draft = { id: crypto.randomUUID(), text: '', ...place, ...record, madeAt: Date.now() };
    this.#editing = this.#draft.id;
    this.#draw();
  }

  #draw(): void {
    const { notes } = this.#model;
    this.#shown = this.#draft === undefined ? sortedNotes(notes) : withNote(notes, this.#draft);
    this.#none.hidden = this.#shown.length > 0;
    this.#list.replaceChildren(...this.#shown.map((note) => this.#row(note)));
    this.#list.querySelector('textarea')?.focus();
  }

  #row(note: Note): HTMLElement {
    const row = element('li', 'note');
    row.dataset['note'] = note.id;
    if (note.id === this.#editing) {
      row.append(element('span', 'note-time', this.#time(note)), this.#editor(note));
      return row;
    }
    const go = element('button', 'note-go');
    go.type = 'button';
    const text = note.text === '' ? t('(empty)') : visible(note.text);
    go.append(element('span', 'note-time', this.#time(note)), ' ', element('span', 'note-text', text));
    go.addEventListener('click', () => this.#go(note));
    row.append(
      go,
      button({
        label: t('Edit the note'),
        icon: icon('edit'),
        click: () => {
          this.#editing = note.id;
          this.#draw();
        },
      }),
      button({ label: t('Delete the note'), icon: icon('remove'), click: () => this.#delete(note) }),
    );
    return row;
  }

  #time({ from, to }: Note): string {
    const { clock, startedAt } = this.#model;
    return to === undefined ? timeText(from, clock, startedAt) : rangeText({ from, to }, clock, startedAt);
  }

  #editor(note: Note): HTMLElement {
    const area = element('textarea');
    area.value = note.text;
    area.rows = 2;
    area.maxLength = longest;
    attributes(area, { 'aria-label': t('Text of the note'), placeholder: t('What is to be seen here?') });
    let done = false;
    const end = (keep: boolean): void => {
      if (done) return;
      done = true;
      this.#editing = this.#draft = undefined;
      const text = area.value.trim();
      if (keep && text !== '') this.#model.setNotes(withNote(this.#model.notes, { ...note, text }));
      const hadFocus = this.element.contains(document.activeElement);
      this.#draw();
      if (hadFocus) this.#focus(note.id);
    };
    area.addEventListener('keydown', (event) => {
      event.stopPropagation();
      const ends = event.key === 'Escape' || (event.key === 'Enter' && !event.shiftKey && !event.isComposing);
      if (!ends) return;
      event.preventDefault();
      end(event.key === 'Enter');
    });
    area.addEventListener('blur', () => end(true));
    return area;
  }

  #focus(id: string | undefined): void {
    const row = [...this.#list.children].find(
      (child) => child instanceof HTMLElement && child.dataset['note'] === id,
    );
    const next = (row ?? this.#list.firstElementChild)?.querySelector<HTMLElement>('.note-go');
    (next ?? this.element.querySelector<HTMLElement>('vscode-button'))?.focus();
  }

  #go(note: Note): void {
    const { target } = this.#model;
    if (note.to !== undefined) {
      this.#model.selectRange({ from: note.from, to: note.to });
      this.#model.zoomTo(around(note.from, note.to), true);
      return;
    }
    if (target !== undefined && (note.from < target.from || note.from > target.to)) {
      const half = (target.to - target.from) / 2;
      this.#model.zoomTo({ from: note.from - half, to: note.from + half }, true);
    }
    if (note.record !== undefined) this.#model.select(note.record);
  }

  #delete(note: Note): void {
    const at = this.#shown?.findIndex(({ id }) => id === note.id) ?? -1;
    this.#model.setNotes(withoutNote(this.#model.notes, note.id));
    this.#draw();
    this.#focus(this.#shown?.[Math.max(0, at - 1)]?.id);
  }
}

/** A stretch with some room on both sides. */
function around(from: number, to: number): { readonly from: number; readonly to: number } {
  const room = Math.max((to - from) * 0.15, 0.001);
  return { from: from - room, to: to + room };
}
