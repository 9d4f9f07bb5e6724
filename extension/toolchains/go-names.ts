/** WIT's names as wit-bindgen's generator for Go writes them. */

/** `node-instance` is `NodeInstance`, and so is `NODE-instance`. */
export function goTypeName(name: string): string {
  return name
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
}

/** `input-pin` is `inputPin`; a keyword gets an underscore. */
export function goParameterName(name: string): string {
  const camel = goTypeName(name);
  return escaped(camel.slice(0, 1).toLowerCase() + camel.slice(1));
}

/**
 * The package of an interface: `streamkit_plugin_node` for `streamkit:plugin/node@0.1.0`, with the version in it
 * where that is wanted; `wit_world` for what is in no interface.
 */
export function goPackageName(interfaceName: string, withVersion = false): string {
  if (interfaceName === '') return 'wit_world';
  const [path = '', version] = interfaceName.split('@');
  const [packageName = '', ...rest] = path.split('/');
  if (rest.length === 0) return escaped(snake(path));
  const [namespace = '', name = ''] = packageName.split(':');
  const middle = withVersion && version !== undefined ? [version.replaceAll(/[.+-]/g, '_')] : [];
  return [snake(namespace), snake(name), ...middle, snake(rest.join('/'))].join('_');
}

function snake(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}

const keywords: ReadonlySet<string> = new Set(
  (
    'break case chan const continue default defer else fallthrough for func go goto if import interface map package ' +
    'range return select struct switch type var'
  ).split(' '),
);

function escaped(name: string): string {
  return keywords.has(name) ? `${name}_` : name;
}
