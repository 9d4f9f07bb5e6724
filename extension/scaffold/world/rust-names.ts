import type { WitWorld } from '../../wit/model.ts';
import { localName, ownerOf } from './make.ts';

/** Rust's names as wit-bindgen makes them of WIT's. */

const keywords = new Set(
  (
    'as break const continue crate else enum extern false fn for if impl in let loop match mod move mut pub ref return self ' +
    'static struct super trait true type unsafe use where while async await dyn abstract become box do final macro override ' +
    'priv typeof unsized virtual yield try'
  ).split(' '),
);

/** `my-name` is `my_name`, `type` is `type_`. */
export function rustIdentifier(name: string): string {
  return keywords.has(name) ? `${name}_` : name.toLowerCase().replaceAll('-', '_');
}

/** `my-name` is `MyName`, and so is `MY-name`. */
export function rustTypeName(name: string): string {
  if (name === 'guest') return 'Guest_';
  return name
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
}

/** Where the bindings have what belongs to an interface or to the world: `bindings::exports::wasi::io::streams`. */
export class RustPaths {
  readonly #exported: ReadonlySet<string>;
  readonly #imported: ReadonlySet<string>;
  /** Names of packages that are there in several versions. */
  readonly #several: ReadonlySet<string>;

  constructor(world: WitWorld) {
    this.#exported = new Set(world.exports.interfaces.map(({ name }) => name));
    this.#imported = new Set(world.imports.interfaces.map(({ name }) => name));
    const packages = new Set([world.package, ...[...this.#exported, ...this.#imported].map(packageOf)]);
    const seen = new Set<string>();
    const several = new Set<string>();
    for (const one of packages) {
      const [plain] = splitVersion(one);
      if (seen.has(plain)) several.add(plain);
      seen.add(plain);
    }
    this.#several = several;
  }

  /** The module of an interface that the world exports. */
  exported(name: string): string {
    return ['bindings', 'exports', ...this.#module(name)].join('::');
  }

  /** The module of an interface that the world imports. */
  imported(name: string): string {
    return ['bindings', ...this.#module(name)].join('::');
  }

  /**
   * The module of a type or resource, seen from an interface that the world exports or from the world
   * itself: an exported interface refers to other exported ones, the world to those that it imports.
   */
  of(name: string, from: 'interface' | 'world'): string {
    const owner = ownerOf(name);
    if (owner === '') return 'bindings';
    const exported = this.#exported.has(owner) && (from === 'interface' || !this.#imported.has(owner));
    return exported ? this.exported(owner) : this.imported(owner);
  }

  #module(name: string): readonly string[] {
    const slash = name.indexOf('/');
    // An interface that is written in the world has no package.
    if (slash < 0) return [rustIdentifier(name)];
    const [namespace, packageName] = splitVersion(packageOf(name))[0].split(':');
    const version = splitVersion(name)[1];
    const versioned = version !== undefined && this.#several.has(splitVersion(packageOf(name))[0]);
    return [
      rustIdentifier(namespace ?? ''),
      rustIdentifier(packageName ?? '') + (versioned ? version.replaceAll(/[.+-]/g, '_') : ''),
      rustIdentifier(splitVersion(name.slice(slash + 1))[0]),
    ];
  }
}

/** `wasi:io/streams@0.2.0` belongs to `wasi:io@0.2.0`. */
function packageOf(name: string): string {
  const slash = name.indexOf('/');
  const version = splitVersion(name)[1];
  return name.slice(0, slash) + (version === undefined ? '' : `@${version}`);
}

function splitVersion(name: string): readonly [string, string | undefined] {
  const at = name.indexOf('@');
  return at < 0 ? [name, undefined] : [name.slice(0, at), name.slice(at + 1)];
}

/** `wasi:io/streams@0.2.0#input-stream` is `InputStream`. */
export function rustLocal(name: string): string {
  return rustTypeName(localName(name));
}
