import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';

/** A module of test/fixtures/wasm. */
export function fixture(name: string): Uint8Array {
  return readFileSync(join(import.meta.dirname, '../fixtures/wasm', `${name}.wasm`));
}

/** The binary form of WebAssembly text, module or component. */
export async function assemble(text: string): Promise<Uint8Array> {
  return parse(text);
}

/** A component with a core module in a nested component, both with custom sections to strip and to keep. */
export function nestedComponent(): Promise<Uint8Array> {
  return assemble(`(component
    (import "wasi:io/poll@0.2.6" (instance (export "t" (type (sub resource))) (export "f" (func))))
    (import "plain" (func (param "x" u32) (result string)))
    (core module $a
      (memory 2)
      (func $first (export "run") (result i32) i32.const 7)
      (@custom ".debug_line" "0123456789")
      (@custom "component-type:x" "kept")
      (@producers (processed-by "rustc" "1.95.0 (abc)") (language "Rust" "")))
    (component $inner
      (core module (memory 3 9) (@custom ".debug_info" "0123456789"))
      (@custom ".debug_str" "x"))
    (@custom "note" "top")
    (core instance $i (instantiate $a))
    (func $run (result u32) (canon lift (core func $i "run")))
    (instance $out (export "run" (func $run)))
    (export "test:plugin/node@0.1.0" (instance $out)))`);
}
