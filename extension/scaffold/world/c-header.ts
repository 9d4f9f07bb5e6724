/** What wit-bindgen's header for C declares: its names and signatures are the generator's own affair. */

export interface CParameter {
  readonly type: string;
  readonly pointer: boolean;
  readonly name: string;
}

export interface CFunction {
  readonly name: string;
  readonly returns: string;
  /** It gives a pointer to what it returns. */
  readonly pointer: boolean;
  readonly params: readonly CParameter[];
}

export interface CHeader {
  /** Functions of each interface, and of the world by its name, in the order of the WIT. */
  readonly imported: ReadonlyMap<string, readonly CFunction[]>;
  readonly exported: ReadonlyMap<string, readonly CFunction[]>;
  readonly helpers: readonly CFunction[];
  /** What a type is another name of: the type itself first. */
  names(type: string): readonly string[];
}

const section = /^\/\/ (Imported|Exported) Functions from `(.+)`$/;
const prototype = /^(?:extern )?(\w+) ?(\*?) ?(\w+)\((.*)\);$/;

export function parseCHeader(text: string): CHeader {
  const sides = { Imported: new Map<string, CFunction[]>(), Exported: new Map<string, CFunction[]>() };
  const helpers: CFunction[] = [];
  const aliases = new Map<string, string>();
  let into = helpers;
  for (const line of text.split(/\r?\n/)) {
    const [, side, name] = section.exec(line) ?? [];
    if (name !== undefined && (side === 'Imported' || side === 'Exported')) {
      into = [];
      sides[side].set(name, into);
      continue;
    }
    if (line.startsWith('// Helper Functions')) into = helpers;
    const [, of, alias] = /^typedef (\w+) (\w+);$/.exec(line) ?? [];
    if (of !== undefined && alias !== undefined) aliases.set(alias, of);
    const found = parsePrototype(line);
    if (found !== undefined) into.push(found);
  }
  return {
    imported: sides.Imported,
    exported: sides.Exported,
    helpers,
    names(type) {
      const names = [type];
      for (let next = aliases.get(type); next !== undefined; next = aliases.get(next)) names.push(next);
      return names;
    },
  };
}

function parsePrototype(line: string): CFunction | undefined {
  const [, returns, star, name, params] = prototype.exec(line) ?? [];
  if (returns === undefined || name === undefined || params === undefined) return undefined;
  return {
    name,
    returns,
    pointer: star === '*',
    params: params === '' || params === 'void' ? [] : params.split(',').flatMap(parseParameter),
  };
}

function parseParameter(text: string): readonly CParameter[] {
  const [, type, star, name] = /^(?:const )?(\w+) ?(\*?) ?(\w+)$/.exec(text.trim()) ?? [];
  return type === undefined || name === undefined ? [] : [{ type, pointer: star === '*', name }];
}
