import type { Frame } from 'playwright-core';
import { eventually } from './eventually.ts';
import type { Session } from './session.ts';

/** The timeline panel of a workbench. */
export class Timeline {
  /** Its document. */
  readonly frame: Frame;

  private constructor(frame: Frame) {
    this.frame = frame;
  }

  static async open(session: Session): Promise<Timeline> {
    await session.runCommand('Hotplug: Open Timeline');
    return new Timeline(await session.webview('#timeline-selection'));
  }

  /** Walks with the keyboard to the newest slice of a lane whose text has these words, and gives the text. */
  async select(lane: string, words: string): Promise<string> {
    const stage = this.frame.locator('.stage');
    const active = this.frame.locator(`.gutter .track.active[data-lane="${lane}"]`);
    const text = this.frame.locator('#timeline-selection');
    await stage.press('0');
    await eventually(`the lane "${lane}" is active`, async () => {
      if ((await active.count()) > 0) return true;
      await stage.press('ArrowDown');
      return (await active.count()) > 0;
    });
    const read = async (): Promise<string> => (await text.textContent()) ?? '';
    return await eventually(
      `a slice says "${words}"`,
      async () => {
        const now = await read();
        if (now.includes(words)) return now;
        await stage.press('[');
        // The slice may have to be fetched; the oldest one has none before it.
        await eventually('another slice', read, { until: (next) => next !== now, timeoutMs: 2000 }).catch(
          () => now,
        );
        return await read();
      },
      { until: (now) => now.includes(words) },
    );
  }
}
