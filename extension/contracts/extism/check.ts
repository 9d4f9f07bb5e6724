/** What Extism hosts refuse of a plugin, said before it is instantiated: with what is the matter and what to do. */
import type { ComponentInfo } from '../../host/component.ts';
import type { Finding } from '../../host/contract.ts';
import { PREVIEW1 } from '../../host/wasi-preview1.ts';
import { functionTypeText, type ImportedFunction, type ModuleFunctions } from '../../wasm/functions.ts';
import { ENVIRONMENT } from './functions.ts';
import { SCRIPT_HOST } from './script.ts';

/** Types of the functions of `extism:host/env`: parameters, then the result. Source: the kernel and libextism's `pdk.rs`. */
const SIGNATURES: Readonly<Record<string, string>> = {
  alloc: 'i64 → i64',
  free: 'i64',
  length: 'i64 → i64',
  length_unsafe: 'i64 → i64',
  load_u8: 'i64 → i32',
  load_u64: 'i64 → i64',
  store_u8: 'i64 i32',
  store_u64: 'i64 i64',
  input_load_u8: 'i64 → i32',
  input_load_u64: 'i64 → i64',
  input_set: 'i64 i64',
  input_length: '→ i64',
  input_offset: '→ i64',
  output_set: 'i64 i64',
  output_length: '→ i64',
  output_offset: '→ i64',
  error_set: 'i64',
  error_get: '→ i64',
  reset: '',
  memory_bytes: '→ i64',
  config_get: 'i64 → i64',
  var_get: 'i64 → i64',
  var_set: 'i64 i64',
  http_request: 'i64 i64 → i64',
  http_status_code: '→ i32',
  http_headers: '→ i64',
  log_trace: 'i64',
  log_debug: 'i64',
  log_info: 'i64',
  log_warn: 'i64',
  log_error: 'i64',
  get_log_level: '→ i32',
};

/** WASI preview 1, whole. */
const WASI_PREFIX = /^(args|clock|environ|fd|path|poll|proc|random|sched|sock)_/;

export interface Expected {
  /** Exports that the host calls. */
  readonly exports: readonly string[];
  /** Functions of the host's own that are answered, by their whole names. */
  readonly answered: readonly string[];
}

/** Finds what keeps a plugin from running. */
export function checkPlugin(component: ComponentInfo, expected: Expected): readonly Finding[] {
  const { core, path } = component;
  if (core !== undefined) return checkModule(path, core, expected);
  if (component.imports.some((name) => name.startsWith(`${SCRIPT_HOST}@`))) return [];
  return [
    {
      severity: 'error',
      message: `${path} is a component, and Extism hosts run core modules.`,
      advice:
        'Build for wasm32-wasip1 or wasm32-unknown-unknown (Rust), GOOS=wasip1 with -buildmode=c-shared (Go), or a reactor for wasm32-wasi (C), and make no component of it.',
    },
  ];
}

function checkModule(
  path: string,
  core: ModuleFunctions,
  { exports, answered }: Expected,
): readonly Finding[] {
  return [
    ...core.imports.flatMap((one) => importProblem(path, one, answered)),
    ...missingExports(path, core, exports),
    ...uninitialised(path, core),
  ];
}

function importProblem(path: string, one: ImportedFunction, answered: readonly string[]): readonly Finding[] {
  const { module, name } = one;
  const whole = `${module}#${name}`;
  const at = `${path} imports ${whole} ${functionTypeText(one)}`;
  if (module === PREVIEW1) {
    if (WASI_PREFIX.test(name)) return [];
    return [error(`${at}, which WASI preview 1 does not have.`, 'Build it with current tools.')];
  }
  if (module === ENVIRONMENT) {
    const wanted = SIGNATURES[name];
    if (wanted === undefined) {
      return [
        error(
          `${at}, which no Extism host has.`,
          'Check its name in the header or the crate that declares it; the functions of a host of your own are of "extism:host/user".',
        ),
      ];
    }
    if (wanted === signatureOf(one)) return [];
    return [
      error(
        `${at}; its type is ${wanted === '' ? 'without parameters and result' : wanted}.`,
        'Take the declaration from the header or the crate as it is.',
      ),
    ];
  }
  if (module.startsWith('__wbindgen') || module === 'wbg') {
    return [
      error(
        `${at}: this is wasm-bindgen's, for web pages, and no Extism host has it.`,
        'A dependency asks for a browser: turn its default features off (chrono, getrandom, uuid and time have a feature "wasmbind" or "js"), or build for wasm32-wasip1.',
      ),
    ];
  }
  if (module.startsWith('wasi:') || module === 'wasi_unstable') {
    return [
      error(
        `${at}: Extism plugins have WASI preview 1 (${PREVIEW1}).`,
        'Build for wasm32-wasip1, or GOOS=wasip1.',
      ),
    ];
  }
  if (answered.includes(whole)) return [];
  return [
    {
      severity: 'warning',
      message: `${at}, a function of a host's own, and nothing says what it answers. A call of it ends as a trap.`,
      advice: `Write its answers into hotplug.json: "host": { "answers": { "${whole}": ["…"] } }.`,
    },
  ];
}

function missingExports(path: string, core: ModuleFunctions, wanted: readonly string[]): readonly Finding[] {
  const names = core.exports.map(({ name }) => name);
  return wanted
    .filter((name) => !names.includes(name))
    .map((name) =>
      error(
        `${path} exports no function ${name}; it exports ${listOf(names)}.`,
        names.includes('main') || names.includes('_start')
          ? `Mark the function as an export: \`#[plugin_fn]\` in Rust, \`//go:wasmexport ${name}\` in Go, \`__attribute__((export_name("${name}")))\` in C; and build a library, not a program.`
          : `Export it: \`#[plugin_fn]\` in Rust, \`//go:wasmexport ${name}\` in Go, \`__attribute__((export_name("${name}")))\` in C.`,
      ),
    );
}

/** Go's runtime has to begin before an export is called. */
function uninitialised(path: string, { imports, exports }: ModuleFunctions): readonly Finding[] {
  const names = exports.map(({ name }) => name);
  const isProgram = names.includes('_start') && !names.includes('_initialize');
  if (!isProgram || !imports.some(({ module }) => module === PREVIEW1)) return [];
  return [
    error(
      `${path} is a program: it exports _start and no _initialize, so that its exports would be called before its runtime began.`,
      'Build a reactor: `go build -buildmode=c-shared` (Go 1.24 and later), `-mexec-model=reactor` (C), a `cdylib` (Rust).',
    ),
  ];
}

function signatureOf({ params, results }: ImportedFunction): string {
  return [...params, ...(results.length === 0 ? [] : ['→', ...results])].join(' ');
}

function listOf(names: readonly string[]): string {
  const shown = names.filter((name) => !name.startsWith('__')).slice(0, 12);
  return shown.length === 0 ? 'none' : shown.join(', ');
}

function error(message: string, advice: string): Finding {
  return { severity: 'error', message, advice };
}
