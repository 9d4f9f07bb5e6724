/**
 * Compares the types that a component was built with to the contract's. jco does not notice a stale
 * type (a `packet` without `custom` transpiles and runs), the real host refuses it.
 *
 * Both sides are declarations as jco writes them for an interface, so everything that has a name is
 * compared: cases, fields, parameters, results. Widths of numbers are not, they are all `number`.
 */

/** Declarations of each interface, by its name with version: `streamkit:plugin/types@0.1.0`. */
export type InterfaceTypes = Readonly<Record<string, string>>;

/** One place where a component's types are not the contract's. */
export interface Drift {
  /** For example `packet of streamkit:plugin/types@0.1.0`. */
  readonly item: string;
  /** What is different, in words. */
  readonly difference: string;
}

const DECLARATION = /^export (?:declare )?(?:interface|type|class|function|const) (\w+)/;

/** Names and bodies of the declarations in a text, without comments and white space. */
function itemsOf(text: string): ReadonlyMap<string, string> {
  const plain = text.replace(/\/\*[\s\S]*?\*\//g, '');
  const items = new Map<string, string>();
  for (const part of plain.split(/^(?=export )/m)) {
    const name = DECLARATION.exec(part)?.[1];
    if (name !== undefined) items.set(name, part.replace(DECLARATION, '').replace(/\s+/g, ' ').trim());
  }
  return items;
}

/** Finds every declaration that the component has and that is not the contract's. */
export function typeDrift(component: InterfaceTypes, contract: InterfaceTypes): readonly Drift[] {
  return Object.entries(contract).flatMap(([name, ours]) => {
    const theirs = component[name];
    if (theirs === undefined) return [];
    const expected = itemsOf(ours);
    return [...itemsOf(theirs)].flatMap(([item, body]) => {
      const due = expected.get(item);
      // The class that a resource's cases become, and the like, follow from the declaration that names them.
      if (due === body || due === undefined) return [];
      return [{ item: `${witName(item)} of ${name}`, difference: differenceOf(body, due) }];
    });
  });
}

/** Names the parts that only one side has. */
function differenceOf(theirs: string, ours: string): string {
  const parts = (text: string): readonly string[] =>
    text
      .replace(/^[={(]\s*|\s*[;})]+$/g, '')
      .split(/[|;,](?![^(<]*[)>])|\}/)
      .map((part) => part.trim())
      .filter((part) => part !== '');
  const have = parts(theirs);
  const want = parts(ours);
  const missing = want.filter((part) => !have.includes(part)).map(witName);
  const extra = have.filter((part) => !want.includes(part)).map(witName);
  const words = [
    ...(missing.length > 0 ? [`lacks ${missing.join(', ')}`] : []),
    ...(extra.length > 0 ? [`has ${extra.join(', ')} instead`] : []),
  ];
  return words.length > 0 ? words.join(' and ') : 'has its parts in another order';
}

/** A name as WIT has it, where it is nothing but a name. */
function witName(name: string): string {
  if (!/^\w+$/.test(name)) return name;
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}
