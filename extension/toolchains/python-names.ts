/** Python's names for what is in a world, as componentize-py makes them. */
import type { WitInterface, WitWorld } from '../wit/model.ts';

const keywords = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global ' +
    'if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** Modules that every component has, and that come before a plugin's own: the standard library's and componentize-py's. */
const present = new Set(
  (
    'abc annotationlib antigravity argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 calendar ' +
    'cmath cmd code codecs codeop collections colorsys compileall compression concurrent configparser contextlib ' +
    'contextvars copy copyreg csv ctypes curses dataclasses datetime dbm decimal difflib dis doctest email encodings ' +
    'ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt ' +
    'getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib importlib inspect io ipaddress ' +
    'itertools json keyword linecache locale logging lzma mailbox marshal math mimetypes mmap modulefinder ' +
    'multiprocessing netrc ntpath nturl2path numbers opcode operator optparse os pathlib pdb pickle pickletools pkgutil ' +
    'platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat ' +
    'queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex ' +
    'shutil signal site smtplib socket socketserver sqlite3 ssl stat statistics string stringprep struct subprocess ' +
    'symtable sys sysconfig syslog tabnanny tarfile tempfile termios textwrap this threading time timeit tkinter token ' +
    'tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uuid ' +
    'venv warnings wave weakref webbrowser wit_world wsgiref xml xmlrpc zipapp zipfile zipimport zlib zoneinfo'
  ).split(' '),
);

/** A function, parameter, field or module: `my-name` is `my_name`, `from` is `from_`. */
export function pythonIdentifier(name: string): string {
  const snake = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  return keywords.has(snake) ? `${snake}_` : snake;
}

/** A class: `my-name` is `MyName`, and so is `MY-name`. */
export function pythonTypeName(name: string): string {
  const camel = name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
  return keywords.has(camel) ? `${camel}_` : camel;
}

/** A member of an enum or of flags: `dark-green` is `DARK_GREEN`. */
export function pythonConstant(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
}

/** Names of a world's interfaces in Python. */
export interface PythonNames {
  /** Of interfaces that are imported, by their full names: the last part of `wit_world.imports.streams`. */
  readonly imports: ReadonlyMap<string, string>;
  /** The same for exports; the class in the entry module has this name, too: {@link pythonTypeName}. */
  readonly exports: ReadonlyMap<string, string>;
  /** Exported interfaces that componentize-py would call as something that is there already, with their names. */
  readonly renamed: ReadonlyMap<string, string>;
}

export function pythonNames(world: WitWorld): PythonNames {
  const exports = new Map(moduleNames(world.exports.interfaces));
  const renamed = new Map<string, string>();
  for (const { name, resources } of world.exports.interfaces) {
    if (resources.length === 0 || !present.has(exports.get(name) ?? '')) continue;
    const full = pythonIdentifier(name.replace(/@.*$/, ''));
    renamed.set(name, full === exports.get(name) ? `${full}_interface` : full);
  }
  return {
    imports: moduleNames(world.imports.interfaces),
    exports: new Map([...exports, ...renamed]),
    renamed,
  };
}

/** An interface is called by its own name where no other package has one of that name, and without version where there is one. */
function moduleNames(interfaces: readonly WitInterface[]): ReadonlyMap<string, string> {
  const parsed = interfaces.map(({ name }) => ({ name, ...partsOf(name) }));
  return new Map(
    parsed.map(({ name, own, pack, version }) => {
      const same = parsed.filter((other) => other.own === own);
      const versions = same.filter((other) => other.pack === pack).length;
      if (pack === undefined || (versions === 1 && same.length === 1)) return [name, pythonIdentifier(own)];
      const suffix = versions === 1 || version === undefined ? '' : `-${version}`;
      return [name, pythonIdentifier(`${pack}-${own}${suffix}`)];
    }),
  );
}

/** `wasi:io/streams@0.2.0` is `streams` of `wasi:io`, version 0.2.0; what is written in a world has no package. */
function partsOf(name: string): {
  readonly own: string;
  readonly pack: string | undefined;
  readonly version: string | undefined;
} {
  const [path = '', version] = name.split('@');
  const slash = path.indexOf('/');
  return slash < 0
    ? { own: path, pack: undefined, version }
    : { own: path.slice(slash + 1), pack: path.slice(0, slash), version };
}

/** What componentize-py cannot make of a world, as a sentence; undefined where it can. Seen with 0.25.1. */
export function unsupportedInPython({ imports, exports }: WitWorld): string | undefined {
  for (const { name, functions } of [...imports.interfaces, ...exports.interfaces]) {
    if (!name.includes('/') && functions.length > 0)
      return `componentize-py leaves out the functions of an interface that is written in the world itself: ${name}. Give it a name outside of the world.`;
  }
  for (const { name, functions, resources } of exports.interfaces) {
    const bare = resources.find((resource) => !functions.some((one) => one.resource === resource));
    if (bare !== undefined)
      return `componentize-py cannot build an exported resource without functions: ${bare} of ${name}. Give it one, for example a constructor.`;
  }
  return undefined;
}
