import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatBytes, formatDuration, formatTime } from '../../webview/format.ts';
import { panelHtml } from '../../webview/html.ts';
import { clampRange, fitRange, spanOf, zoomRange } from '../../webview/timeline/model/range.ts';
import { tickLabel, ticks } from '../../webview/timeline/picture/ticks.ts';
import { sourceLine, valueText } from '../../webview/trace/value.ts';
import { lastTopRow, maxContentHeight, scrollTopOf, topRowOf } from '../../webview/trace/viewport.ts';

describe('what the panels calculate', () => {
  it('maps every scroll position of any list to its rows and back', () => {
    const lists = fc.integer({ min: 0, max: 50_000_000 });
    fc.assert(
      fc.property(
        lists,
        fc.integer({ min: 22, max: 3000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, height, share) => {
          const top = share * lastTopRow(rows, height);
          const offset = scrollTopOf(top, rows, height);
          assert.ok(offset >= 0 && offset <= maxContentHeight);
          assert.ok(Math.abs(topRowOf(offset, rows, height) - top) < 0.001);
        },
      ),
    );
    assert.equal(scrollTopOf(100, 1000, 440), 2200, 'a list that fits the scroller scrolls pixel by pixel');
  });

  it('keeps the time under the pointer while zooming, and the view by the recording', () => {
    const time = fc.double({ min: 0, max: 1e7, noNaN: true });
    fc.assert(
      fc.property(time, fc.double({ min: 0.01, max: 100, noNaN: true }), (at, factor) => {
        const view = { from: at - 30, to: at + 70 };
        const zoomed = zoomRange(view, at, factor);
        assert.ok(Math.abs((at - zoomed.from) / spanOf(zoomed) - 0.3) < 1e-4);
        const clamped = clampRange(zoomed, 5000);
        assert.ok(clamped.from < 5000 && clamped.to > 0 && spanOf(clamped) > 0);
      }),
    );
    assert.ok(fitRange(0).to > fitRange(0).from, 'an empty recording has a view too');
  });

  it('puts round ticks apart, at every zoom', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e7, noNaN: true }),
        fc.integer({ min: -3, max: 8 }),
        (from, power) => {
          const found = ticks({ from, to: from + 10 ** power }, 1000, 96);
          assert.ok(found.length <= 12);
          assert.equal(new Set(found.map(({ label }) => label)).size, found.length, 'labels differ');
        },
      ),
    );
    assert.equal(tickLabel(12_345, 1), '12.345 s');
    assert.equal(tickLabel(90_000, 30_000), '1:30');
    assert.equal(tickLabel(60_500, 500), '1:00.5');
  });

  it('writes times, lengths and sizes for people', () => {
    assert.equal(formatTime(12_345.678), '12.346');
    assert.equal(formatTime(61_002), '1:01.002');
    assert.equal(formatDuration(0.412), '412 µs');
    assert.equal(formatDuration(1.24), '1.24 ms');
    assert.equal(formatDuration(999.9), '1.00 s');
    assert.equal(formatDuration(2_000_000), '33 min 20 s');
    assert.equal(formatBytes(1_114_112), '1.06 MiB');
  });

  it('finds the place in a frame, whatever its path', () => {
    assert.deepEqual(sourceLine('gain::apply (/home/me/src/lib.rs:42:17)')?.source, {
      file: '/home/me/src/lib.rs',
      line: 42,
      column: 17,
    });
    assert.deepEqual(sourceLine(String.raw`apply at C:\me\lib.rs:7`)?.source, {
      file: String.raw`C:\me\lib.rs`,
      line: 7,
    });
    assert.equal(sourceLine('12:30:45'), undefined);
    assert.equal(sourceLine('see http://example.com:80'), undefined);
  });

  it('sets JSON on several lines and leaves everything else alone', () => {
    assert.equal(valueText('{"a":1}'), '{"a":1}');
    assert.match(valueText(`{"text":"${'x'.repeat(60)}"}`), /^\{\n {2}"text"/);
    const wave = `{kind: audio, samples: [${'0.5, '.repeat(20)}]}`;
    assert.equal(valueText(wave), wave);
  });

  it('makes a page that loads its own script and style and nothing else', () => {
    const html = panelHtml({
      panel: 'trace',
      script: 'https://host/trace.js?a="b"&c',
      style: 'https://host/trace.css',
      cspSource: 'https://host',
      nonce: 'abc123',
      title: '<Trace>',
    });
    assert.match(html, /default-src 'none'; script-src 'nonce-abc123'; style-src https:\/\/host /);
    assert.doesNotMatch(html, /unsafe| style="|<Trace>/);
    assert.ok(html.includes('src="https://host/trace.js?a=&quot;b&quot;&amp;c"'));
  });
});
