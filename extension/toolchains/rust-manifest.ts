/** What a crate's Cargo.toml says that matters to a build. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'smol-toml';

type Table = Readonly<Record<string, unknown>>;

/** The manifest of a folder; undefined where there is none, or one that cargo itself will complain about. */
export async function readManifest(folder: string): Promise<Table | undefined> {
  try {
    return parse(await readFile(join(folder, 'Cargo.toml'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Targets whose programs are core modules. */
const moduleTargets = ['wasm32-wasip1', 'wasm32-unknown-unknown', 'wasm32-wasi'] as const;

/**
 * What a crate is compiled for whose contract wants a core module: the target of its `.cargo/config.toml` where
 * that is one, else WASI preview 1, in which panics have a stderr to be written to.
 */
export async function moduleTarget(folder: string | undefined): Promise<string> {
  const [usual] = moduleTargets;
  if (folder === undefined) return usual;
  try {
    const config = parse(await readFile(join(folder, '.cargo', 'config.toml'), 'utf8'));
    const named = [table(config['build'])['target']].flat();
    return moduleTargets.find((target) => named.includes(target)) ?? usual;
  } catch {
    return usual;
  }
}

/** rustc runs, and counts paths from, the workspace's root; its manifest has the profiles. */
export async function workspaceOf(
  folder: string,
): Promise<{ readonly root: string; readonly manifest: Table }> {
  for (let at = folder; dirname(at) !== at; at = dirname(at)) {
    const manifest = await readManifest(at);
    if (manifest !== undefined && 'workspace' in manifest) return { root: at, manifest };
  }
  return { root: folder, manifest: (await readManifest(folder)) ?? {} };
}

/** Names of the crates that it depends on. */
export function dependenciesOf(manifest: Table): readonly string[] {
  return Object.keys(table(manifest['dependencies']));
}

/**
 * Whether it is a project of cargo-component, which makes `src/bindings.rs` before it builds. Chipmunk's crate has its
 * bindings already, whatever the manifest says of components.
 */
export function isOfCargoComponent(manifest: Table): boolean {
  if (dependenciesOf(manifest).includes(chipmunkCrate)) return false;
  return 'component' in table(table(manifest['package'])['metadata']);
}

/** Chipmunk's crate for plugins in Rust, which is in no registry and brings the WIT itself. */
export const chipmunkCrate = 'plugins_api';

/** Ids of Chipmunk's contracts, by the feature of its crate and the WIT package that a plugin is of. */
const chipmunkKinds = {
  parser: { contract: 'chipmunk-parser', target: 'chipmunk:parser' },
  bytesource: { contract: 'chipmunk-bytesource', target: 'chipmunk:bytesource' },
} as const;

/** The contract of a crate that is a plugin of Chipmunk, by its features or its target; undefined for others. */
export function chipmunkContract(manifest: Table): string | undefined {
  const crate = table(table(manifest['dependencies'])[chipmunkCrate]);
  const features = [crate['features']].flat();
  const component = table(table(table(manifest['package'])['metadata'])['component']);
  const target = JSON.stringify(component['target'] ?? '');
  const kinds = Object.entries(chipmunkKinds);
  const found =
    kinds.find(([feature]) => features.includes(feature)) ??
    kinds.find(([, kind]) => target.includes(kind.target));
  return found?.[1].contract;
}

/**
 * What a development build is to have where the manifest says nothing of it: quick enough for audio, and a
 * trap names its line. As arguments of cargo, which would count more than the manifest.
 */
export function developmentProfile(manifest: Table): readonly string[] {
  const profile = table(table(manifest['profile'])['dev']);
  const wanted = { 'opt-level': '1', debug: '"line-tables-only"' };
  return Object.entries(wanted).flatMap(([name, value]) =>
    name in profile ? [] : ['--config', `profile.dev.${name}=${value}`],
  );
}

function table(value: unknown): Table {
  return typeof value === 'object' && value !== null ? (value as Table) : {};
}
