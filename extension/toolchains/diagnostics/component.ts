/**
 * Says in a sentence why the component tools refused a core module: it is of another WIT than its
 * component type, nearly always because bindings are older or newer than the WIT.
 *
 * @param message what `componentNew` failed with: a chain of causes below each other
 */
export function explainComponent(message: string): string {
  const causes = [...message.matchAll(/^\s*\d+: (.*)$/gm)].map(([, cause = '']) => cause.trim());
  const missing = find(causes, /failed to find export of interface `([^`]+)` function `([^`]+)`/);
  if (missing !== undefined)
    return ofOtherWit(`the WIT exports ${missing[0]}#${missing[1]}, the module does not`);
  const undefinedFunction = missingImport(message);
  if (undefinedFunction !== undefined)
    return `Nothing defines the function ${undefinedFunction}, and the host does not provide it.`;
  const unknown = find(causes, /failed to resolve import `([^`]+)::([^`]+)`/);
  if (unknown !== undefined)
    return ofOtherWit(
      `the module imports ${unknown[0]}#${unknown[1]}, the WIT does not (${causes.at(-1) ?? ''})`,
    );
  const [specific] = causes.slice(-1);
  if (specific !== undefined) {
    const item = find(causes, /failed to classify (?:export|import) `([^`]+)`/);
    return ofOtherWit(item === undefined ? specific : `${item[0]}: ${specific}`);
  }
  return `No component could be made of the compiled module: ${message.trim()}`;
}

/** A function that is declared and called and that neither the module nor the host has. */
export function missingImport(message: string): string | undefined {
  return /failed to resolve import `env::([^`]+)`/.exec(message)?.[1];
}

function ofOtherWit(what: string): string {
  return `The compiled module does not fit its WIT: ${what}. Write the bindings anew with \`hotplug bindings\`.`;
}

function find(causes: readonly string[], pattern: RegExp): readonly [string, string] | undefined {
  for (const cause of causes) {
    const [, first, second = ''] = pattern.exec(cause) ?? [];
    if (first !== undefined) return [first, second];
  }
  return undefined;
}
