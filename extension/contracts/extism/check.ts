/** What Extism hosts refuse of a plugin, said before it is instantiated: with what is the matter and what to do. */
import type { ComponentInfo } from '../../host/component.ts';
import type { Finding } from '../../host/contract.ts';
import { PREVIEW1 } from '../../host/wasi/preview1.ts';
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
const WASI = new Set(
  (
    'args_get args_sizes_get clock_res_get clock_time_get environ_get environ_sizes_get fd_advise fd_allocate fd_close ' +
    'fd_datasync fd_fdstat_get fd_fdstat_set_flags fd_fdstat_set_rights fd_filestat_get fd_filestat_set_size ' +
    'fd_filestat_set_times fd_pread fd_prestat_dir_name fd_prestat_get fd_pwrite fd_read fd_readdir fd_renumber fd_seek ' +
    'fd_sync fd_tell fd_write path_create_directory path_filestat_get path_filestat_set_times path_link path_open ' +
    'path_readlink path_remove_directory path_rename path_symlink path_unlink_file poll_oneoff proc_exit proc_raise ' +
    'random_get sched_yield sock_accept sock_recv sock_send sock_shutdown'
  ).split(' '),
);

export interface Expected {
  /** Exports that the host calls. */
  readonly exports: readonly string[];
  /** Functions of the host's own that are answered, by their whole names. */
  readonly answered: readonly string[];
}

/** Finds what keeps a plugin from running. */
export function checkPlugin(component: ComponentInfo, expected: Expected): readonly Finding[] {
  const { core, path } = component;
  if (core !== undefined) return checkModule(component, core, expected);
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
  { path, producers }: ComponentInfo,
  core: ModuleFunctions,
  { exports, answered }: Expected,
): readonly Finding[] {
  return [
    ...core.imports.flatMap((one) => importProblem(path, one, answered)),
    ...core.others.map(({ module, name, kind }) =>
      error(
        `${path} imports the ${kind} ${module}#${name}, and Extism hosts give functions alone.`,
        kind === 'memory'
          ? 'Have the module bring its own memory and export it: link without --import-memory.'
          : 'Link it into one module, without dynamic linking.',
      ),
    ),
    ...missingExports(path, core, exports),
    ...wrongExports(path, core, exports),
    ...uninitialised(path, core, producers),
  ];
}

function importProblem(path: string, one: ImportedFunction, answered: readonly string[]): readonly Finding[] {
  const { module, name } = one;
  const whole = `${module}#${name}`;
  const at = `${path} imports ${whole} ${functionTypeText(one)}`;
  if (module === PREVIEW1) {
    if (WASI.has(name)) return [];
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
  const [result] = one.results;
  if (result !== undefined && result !== 'i64') {
    return [
      {
        severity: 'warning',
        message: `${at}, and a function of a host's own gives a block of bytes, an i64, or nothing. A call of it ends as a trap.`,
        advice: "Declare it with Extism's types: i64 for bytes, as parameters and as the result.",
      },
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

/** Extism calls exports without arguments, and takes one code. */
function wrongExports(
  path: string,
  { exports }: ModuleFunctions,
  wanted: readonly string[],
): readonly Finding[] {
  return exports
    .filter(({ name, params, results }) => wanted.includes(name) && (params.length > 0 || results.length > 1))
    .map((one) =>
      error(
        `${path} exports ${one.name} ${functionTypeText(one)}, and Extism hosts call exports without parameters, for one i32 or nothing.`,
        'Take the input with the functions of the PDK instead of parameters, and return a code.',
      ),
    );
}

/** Go's runtime has to begin before an export is called; what clang and rustc link begins at each call. */
function uninitialised(
  path: string,
  { imports, exports }: ModuleFunctions,
  producers: readonly string[],
): readonly Finding[] {
  const names = exports.map(({ name }) => name);
  const isProgram = names.includes('_start') && !names.includes('_initialize');
  if (!isProgram || !imports.some(({ module }) => module === PREVIEW1)) return [];
  if (producers.some((tool) => /clang|rustc/.test(tool))) return [];
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
