/**
 * Compares the WIT that is embedded in a component with the contract's. jco does not notice a stale
 * type (a `packet` without `custom` transpiles and runs), the real host refuses it.
 */

/** Items of one interface: `variant packet` → its cases, `process` → its signature, all without white space. */
type Items = ReadonlyMap<string, string>;

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** Body of the block that opens at or after `from`, without its braces. */
function blockAt(text: string, from: number): string | undefined {
  const open = text.indexOf('{', from);
  if (open < 0) return undefined;
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return text.slice(open + 1, at);
  }
  return undefined;
}

/** The body of an interface of a package, wherever the text has it. */
function interfaceBody(wit: string, packageName: string, name: string): string | undefined {
  const text = wit.replace(COMMENT, '');
  const scope = text.indexOf(`package ${packageName}`);
  if (scope < 0) return undefined;
  const after = text.slice(scope + `package ${packageName}`.length);
  // A nested package has a block of its own; a file's package reaches to its end.
  const version = /^[^\s{;]*\s*/.exec(after)?.[0] ?? '';
  const inside = after.startsWith('{', version.length) ? blockAt(after, 0) : after;
  const start = inside?.search(new RegExp(`\\binterface\\s+${name}\\s*\\{`)) ?? -1;
  return inside === undefined || start < 0 ? undefined : blockAt(inside, start);
}

/** Splits an interface's body into its items. */
function itemsOf(body: string): Items {
  const items = new Map<string, string>();
  let rest = body;
  for (;;) {
    const match =
      /^\s*(?:(variant|record|enum|resource|flags)\s+([\w-]+)\s*\{|(use)\s[^;]*;|([\w-]+)\s*:([^;]*);|type\s+([\w-]+)\s*=([^;]*);)/.exec(
        rest,
      );
    if (match === null) return items;
    const [whole, kind, name, , func, signature, alias, aliased] = match;
    if (kind !== undefined && name !== undefined) {
      const block = blockAt(rest, match.index) ?? '';
      items.set(`${kind} ${name}`, compact(block));
      rest = rest.slice(rest.indexOf('{') + block.length + 2);
      continue;
    }
    if (func !== undefined) items.set(`func ${func}`, compact(signature ?? ''));
    if (alias !== undefined) items.set(`type ${alias}`, compact(aliased ?? ''));
    rest = rest.slice(whole.length);
  }
}

function compact(text: string): string {
  return text.replace(/\s+/g, '').replace(/,$/, '');
}

/** One place where a component's WIT is not the contract's. */
export interface Drift {
  /** For example `variant packet of interface types`. */
  readonly item: string;
  /** What is different, in words. */
  readonly difference: string;
}

/** Finds every item that both have and that differs, in the interfaces named. */
export function witDrift(
  component: string,
  contract: string,
  packageName: string,
  interfaces: readonly string[],
): readonly Drift[] {
  return interfaces.flatMap((name) => {
    const theirs = interfaceBody(component, packageName, name);
    const ours = interfaceBody(contract, packageName, name);
    if (theirs === undefined || ours === undefined) return [];
    const expected = itemsOf(ours);
    return [...itemsOf(theirs)].flatMap(([item, text]) => {
      const due = expected.get(item);
      if (due === text) return [];
      const where = `${item} of interface ${name}`;
      if (due === undefined) return [{ item: where, difference: 'is not in the contract' }];
      return [{ item: where, difference: differenceOf(text, due) }];
    });
  });
}

/** Names the parts that only one side has. */
function differenceOf(theirs: string, ours: string): string {
  const split = (text: string): readonly string[] =>
    text.split(/[,;](?![^(<]*[)>])/).filter((part) => part !== '');
  const have = split(theirs);
  const want = split(ours);
  const missing = want.filter((part) => !have.includes(part));
  const extra = have.filter((part) => !want.includes(part));
  const parts = [
    ...(missing.length > 0 ? [`lacks ${missing.join(', ')}`] : []),
    ...(extra.length > 0 ? [`has ${extra.join(', ')} instead or in addition`] : []),
  ];
  return parts.length > 0 ? parts.join('; ') : 'has its parts in another order';
}
