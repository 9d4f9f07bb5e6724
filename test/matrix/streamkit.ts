import assert from 'node:assert/strict';
import type { LanguageId } from '../../extension/project/project.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import type { Hosted } from '../host/hosted.ts';
import { gainScenarios } from '../host/wasmtime-gain.ts';
import { assertSame } from '../host/wasmtime-streamkit.ts';
import type { Cell, LineEdit, Row } from './row.ts';

const samples = [1, -1, 0.5];

/** Sends a packet; the first sample of what came out of it. */
async function send(hosted: Hosted): Promise<string | undefined> {
  const before = hosted.sent().length;
  await hosted.send({ audio: { sampleRate: 48_000, channels: 1, samples } });
  await hosted.settled();
  const [out, ...more] = hosted.sent().slice(before);
  if (out === undefined) return undefined;
  assert.equal(more.length, 0);
  assert.ok(out.packet?.tag === 'audio' && out.packet.samples.length === samples.length);
  return (out.packet.samples[0] ?? 0).toFixed(4);
}

/** A template whose line that scales the samples contains `factor`; the change makes it a quarter. */
function cell(
  language: LanguageId,
  source: string,
  factor: { readonly line: string; readonly quarter: string; readonly trap: string; readonly text: RegExp },
): Cell {
  const at = (replacement: string): LineEdit => ({ containing: factor.line, replacement });
  return {
    source,
    scaffold: async (parent) =>
      (await scaffold({ contract: 'streamkit', language, name: 'my-gain', parent })).folder,
    params: '{"gain_db":-20}',
    change: { ...at(factor.quarter), before: '0.1000', after: '0.0250' },
    trap: { ...at(factor.trap), text: factor.text },
    send,
    inWasmtime: (_folder, component) => assertSame(component, gainScenarios),
  };
}

export const streamkit: Row = {
  contract: 'streamkit',
  title: 'StreamKit (WASM)',
  cells: {
    rust: cell('rust', 'src/lib.rs', {
      line: 'let factor =',
      quarter: '        let factor = 0.25 * 10f32.powf(self.gain_db.get() / 20.0);',
      trap: '        let factor: f32 = None::<f32>.expect("no factor");',
      text: /no factor/,
    }),
    javascript: cell('javascript', 'src/plugin.js', {
      line: 'const factor =',
      quarter: '    const factor = 0.25 * 10 ** (this.gainDb / 20);',
      trap: "    const factor = 1; throw new Error('no factor');",
      text: /no factor/,
    }),
    c: cell('c', 'src/plugin.c', {
      line: 'float factor =',
      quarter: '        float factor = 0.25f * powf(10.0f, (float)self->params.gain_db / 20.0f);',
      trap: '        float factor = 1; __builtin_trap();',
      text: /unreachable/,
    }),
    go: cell('go', 'export_streamkit_plugin_node/plugin.go', {
      line: 'factor :=',
      quarter: '\tfactor := 0.25 * float32(math.Pow(10, node.gainDb/20))',
      trap: '\tfactor := float32(math.Pow(10, node.gainDb/20)); panic("no factor")',
      text: /no factor/,
    }),
    python: cell('python', 'src/node.py', {
      line: 'factor =',
      quarter: '        factor = 0.25 * 10 ** (self.gain_db / 20)',
      trap: "        raise RuntimeError('no factor')",
      text: /no factor/,
    }),
    typescript: cell('typescript', 'src/plugin.ts', {
      line: 'const factor =',
      quarter: '    const factor = 0.25 * 10 ** (this.gainDb / 20);',
      trap: "    const factor: number = 1; if (factor > 0) throw new Error('no factor');",
      text: /no factor/,
    }),
  },
};
