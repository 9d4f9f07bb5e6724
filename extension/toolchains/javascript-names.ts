/** What WIT's names are in JavaScript, as componentize-qjs and ComponentizeJS have them. */

/** A function, a field, a flag or an interface: `DNS-error-payload` is `dnsErrorPayload`. */
export function memberName(name: string): string {
  const [first = '', ...rest] = name.toLowerCase().split('-');
  return first + rest.map(capitalised).join('');
}

/** A resource or a type: `node-instance` is `NodeInstance`. */
export function className(name: string): string {
  return name.toLowerCase().split('-').map(capitalised).join('');
}

/** Under which name a plugin exports an interface: `nodeEvents` for `streamkit:plugin/node-events@0.1.0`. */
export function exportName(interfaceName: string): string {
  return memberName(shortInterfaceName(interfaceName));
}

/** `node` of `streamkit:plugin/node@0.1.0`. */
export function shortInterfaceName(interfaceName: string): string {
  return interfaceName.slice(interfaceName.lastIndexOf('/') + 1).replace(/@.*$/, '');
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

const identifier = /^[A-Za-z_$][\w$]*$/;

/** A name as the key of a property. */
export function propertyKey(name: string): string {
  return identifier.test(name) ? name : JSON.stringify(name);
}

const reserved = new Set(
  [
    'await break case catch class const continue debugger default delete do else enum eval export extends false',
    'finally for function if implements import in instanceof interface let new null package private protected',
    'public return static super switch this throw true try typeof undefined var void while with yield arguments',
  ].flatMap((words) => words.split(' ')),
);

/** A name for a parameter or a variable: keywords get an underscore behind them. */
export function variableName(name: string): string {
  return reserved.has(name) ? `${name}_` : name;
}
