import type { WitFunction, WitInterface, WitType, WitWorld } from '../../wit/model.ts';
import type { CFunction, CHeader, CParameter } from './c-header.ts';
import { isLeaf, localName, makingOf, ownerOf, type Making } from './make.ts';

/** The widest line. */
const WIDTH = 110;

/** Writes the exports of a world in C: each frees what it was given and answers with a plain value. */
export class CBodies {
  readonly #header: CHeader;
  readonly #making: Making;
  readonly #world: WitWorld;
  readonly #bases = new Map<string, string>();
  constructor(header: CHeader, world: WitWorld) {
    this.#header = header;
    this.#world = world;
    // The C library has its own bindings for some of what the world imports.
    const interfaces = world.imports.interfaces.filter(({ name }) => header.imported.has(name));
    this.#making = makingOf({ ...world, imports: { ...world.imports, interfaces } });
  }

  /** Definitions of functions of an interface that the world exports, or of the world by its name. */
  functions(owner: string, functions: readonly WitFunction[]): readonly string[] {
    const declared = this.#header.exported.get(owner) ?? [];
    const own = declared.filter(({ name }, index) => name !== `${declared[index - 1]?.name ?? ''}_callback`);
    return functions.flatMap((one, index) => {
      const signature = own[index];
      return signature === undefined ? [] : [this.#function(one, signature)];
    });
  }

  /** What a resource that the world exports is made of, and how it ends. */
  resource({ name }: WitInterface, resource: string): string {
    const base = this.#base(`${name}#${resource}`);
    const type = `${base}_t`;
    return `// One \`${resource}\`: what it keeps between calls.
struct ${type} {
    int unused;
};

// Called once the host has no handle of it any more.
void ${base}_destructor(${type} *self) {
    free(self);
}
`;
  }

  #function(one: WitFunction, signature: CFunction): string {
    const results = resultsOf(signature, one);
    const given = signature.params.slice(0, signature.params.length - results.length);
    const released = given.flatMap((param, index) => this.#release(param, one.params[index]?.type));
    const lines =
      one.async === true
        ? this.#asynchronous(one, signature, released)
        : this.#answer(one.result, signature, results, released);
    const docs = (one.docs ?? '').split(/\r?\n/).filter((line) => line.trim() !== '');
    const head = `${signature.returns} ${signature.name}(`;
    return [
      ...docs.map((line) => `// ${line.trim()}\n`),
      `${head}${parameters(head.length, signature.params)}) {\n`,
      ...lines.map((line) => (line === '' ? '\n' : `    ${line}\n`)),
      '}\n',
      ...(one.async === true ? [this.#callback(signature)] : []),
    ].join('');
  }

  /** The statements of a function: its value, then what frees its parameters, then the return. */
  #answer(
    result: WitType | undefined,
    signature: CFunction,
    results: readonly CParameter[],
    released: readonly string[],
  ): readonly string[] {
    if (result === undefined) return released;
    if (!this.#making.canMake(result) || result.kind === 'future' || result.kind === 'stream')
      return [...released, ...whyNot(result)];
    const out = (name: string): CParameter | undefined => results.find((one) => one.name === name);
    if (result.kind === 'result') {
      const ok = result.ok === undefined || this.#making.canMake(result.ok);
      const into = out(ok ? 'ret' : 'err');
      const type = ok ? result.ok : result.err;
      const made = into === undefined || type === undefined ? [] : this.#filled(type, into.name);
      return [...made, ...released, `return ${String(ok)};`];
    }
    if (result.kind === 'option' && signature.returns === 'bool') return [...released, 'return false;'];
    const [into] = results;
    if (into !== undefined) return [...this.#filled(result, into.name), ...released];
    if (result.kind !== 'own') return [...released, `return ${result.kind === 'bool' ? 'false' : '0'};`];
    const { before, value } = this.#handle(result.resource);
    return [...before, ...released, `return ${value};`];
  }

  #asynchronous(one: WitFunction, signature: CFunction, released: readonly string[]): readonly string[] {
    const done = this.#header.helpers.find(({ name }) => name === `${signature.name}_return`);
    const exit = `return ${this.#world.name.replaceAll('-', '_').toUpperCase()}_CALLBACK_CODE_EXIT;`;
    const [param] = done?.params ?? [];
    if (one.result === undefined || param === undefined) {
      return [...released, `${signature.name}_return();`, exit];
    }
    if (!this.#making.canMake(one.result)) return [...released, ...whyNot(one.result)];
    return [
      `${param.type} ret;`,
      'memset(&ret, 0, sizeof ret);',
      ...this.#fill(one.result, 'ret'),
      ...released,
      `${signature.name}_return(ret);`,
      exit,
    ];
  }

  /** What an asynchronous export that waits for something is called again with. */
  #callback(signature: CFunction): string {
    const world = this.#world.name.replaceAll('-', '_');
    return `
${signature.returns} ${signature.name}_callback(${world}_event_t *event) {
    (void)event;
    return ${world.toUpperCase()}_CALLBACK_CODE_EXIT;
}
`;
  }

  /** Statements that make what a pointer points to a value of a type. */
  #filled(type: WitType, pointer: string): readonly string[] {
    const zeroed = type.kind === 'own' ? [] : [`memset(${pointer}, 0, sizeof *${pointer});`];
    return [...zeroed, ...this.#fill(type, `(*${pointer})`).map(plainer)];
  }

  /** Statements that make zeroed memory a value of a type: nearly always none, because a handle of 0 is all that is none. */
  #fill(type: WitType, place: string): readonly string[] {
    if (isLeaf(type)) return [];
    switch (type.kind) {
      case 'record':
        return type.fields.flatMap((field) => this.#fill(field.type, `${place}.${member(field.name)}`));
      case 'tuple':
        return type.items.flatMap((item, index) => this.#fill(item, `${place}.f${index}`));
      case 'variant': {
        const index = type.cases.findIndex((one) => one.type === undefined || this.#making.canMake(one.type));
        const one = type.cases[index];
        const tag = index > 0 ? [`${place}.tag = ${index}; // ${one?.name ?? ''}`] : [];
        if (one?.type === undefined) return tag;
        return [...tag, ...this.#fill(one.type, `${place}.val.${member(one.name)}`)];
      }
      case 'result': {
        if (type.ok === undefined) return [];
        if (this.#making.canMake(type.ok)) return this.#fill(type.ok, `${place}.val.ok`);
        const err = type.err === undefined ? [] : this.#fill(type.err, `${place}.val.err`);
        return [`${place}.is_err = true;`, ...err];
      }
      case 'own': {
        const { before, value } = this.#handle(type.resource);
        return [...before, `${place} = ${value};`];
      }
      case 'list':
      case 'option':
      case 'enum':
      case 'flags':
      case 'borrow':
      case 'future':
      case 'stream':
        return [];
    }
  }

  /** A new handle of a resource. */
  #handle(resource: string): { readonly before: readonly string[]; readonly value: string } {
    if (this.#making.isOwn(resource)) {
      const base = this.#base(resource);
      return { before: [], value: `${base}_new(calloc(1, sizeof(${base}_t)))` };
    }
    const found = this.#making.maker(resource);
    const owner = found?.interface ?? this.#world.name;
    const functions =
      found?.interface === undefined
        ? this.#world.imports.functions
        : this.#world.imports.interfaces.find(({ name }) => name === found.interface)?.functions;
    const index = functions?.findIndex(({ exportName }) => exportName === found?.function.exportName) ?? -1;
    const called = this.#header.imported.get(owner)?.[index];
    if (found === undefined || called === undefined) throw new Error(`nothing makes a ${resource}`);
    const before: string[] = [];
    const values = called.params.map((param, at) => {
      const type = found.function.params[at]?.type;
      if (type?.kind === 'own') {
        const inner = this.#handle(type.resource);
        before.push(...inner.before);
        return inner.value;
      }
      if (type?.kind === 'option') return 'NULL';
      if (!param.pointer) return type?.kind === 'bool' ? 'false' : '0';
      before.push(`${param.type} ${param.name}_for_it = {0};`);
      return `&${param.name}_for_it`;
    });
    return { before, value: `${called.name}(${values.join(', ')})` };
  }

  /** The statements that free a parameter and drop the handles in it. */
  #release({ type, pointer, name }: CParameter, wit: WitType | undefined): readonly string[] {
    if (wit === undefined) return [];
    const maybe = wit.kind === 'option' && name.startsWith('maybe_');
    const value = pointer ? `(*${name})` : name;
    const drops = this.#drops(maybe ? wit.some : wit, value, 0).map(plainer);
    const frees = this.#header
      .names(type)
      .flatMap((each) => this.#free(each, pointer ? name : undefined, name));
    const statements = [...drops, ...frees.slice(0, 1)];
    const [only] = statements;
    if (!maybe || only === undefined) return statements;
    return statements.length === 1
      ? [`if (${name} != NULL) ${only}`]
      : [`if (${name} != NULL) {`, ...statements.map((line) => `    ${line}`), '}'];
  }

  /** What the header has for the end of a value of this type. */
  #free(type: string, pointer: string | undefined, value: string): readonly string[] {
    const base = type.replace(/_t$/, '');
    const called = pointer === undefined ? `${base}_drop_readable` : `${base}_free`;
    return this.#header.helpers.some(({ name }) => name === called)
      ? [`${called}(${pointer ?? value});`]
      : [];
  }

  /** Statements that drop the handles in a value: `…_free` frees memory and nothing else. */
  #drops(type: WitType, place: string, depth: number): readonly string[] {
    if (isLeaf(type)) return [];
    const block = (head: string, inner: readonly string[]): readonly string[] =>
      inner.length === 0 ? [] : [`${head} {`, ...inner.map((line) => `    ${line}`), '}'];
    switch (type.kind) {
      case 'own':
        return [`${this.#base(type.resource)}_drop_own(${place});`];
      case 'borrow':
        // A resource of the plugin's own comes as the pointer to it.
        return this.#making.isOwn(type.resource)
          ? []
          : [`${this.#base(type.resource)}_drop_borrow(${place});`];
      case 'record':
        return type.fields.flatMap((field) =>
          this.#drops(field.type, `${place}.${member(field.name)}`, depth),
        );
      case 'tuple':
        return type.items.flatMap((item, index) => this.#drops(item, `${place}.f${index}`, depth));
      case 'option':
        return block(`if (${place}.is_some)`, this.#drops(type.some, `${place}.val`, depth));
      case 'result': {
        const drops = (one: WitType | undefined, name: string): readonly string[] =>
          one === undefined ? [] : this.#drops(one, `${place}.val.${name}`, depth);
        return [
          ...block(`if (!${place}.is_err)`, drops(type.ok, 'ok')),
          ...block(`if (${place}.is_err)`, drops(type.err, 'err')),
        ];
      }
      case 'variant':
        return type.cases.flatMap((one, index) =>
          one.type === undefined
            ? []
            : block(
                `if (${place}.tag == ${index})`,
                this.#drops(one.type, `${place}.val.${member(one.name)}`, depth),
              ),
        );
      case 'list': {
        const index = 'ijklmn'.charAt(depth) || `i${depth}`;
        const drops = this.#drops(type.element, `${place}.ptr[${index}]`, depth + 1);
        return block(`for (size_t ${index} = 0; ${index} < ${place}.len; ${index}++)`, drops);
      }
      case 'enum':
      case 'flags':
      case 'future':
      case 'stream':
        return [];
    }
  }

  /** What the names of a resource's functions begin with. */
  #base(resource: string): string {
    const known = this.#bases.get(resource);
    if (known !== undefined) return known;
    const [, namespace = '', version = ''] = /^([^@]*)@?(.*)$/.exec(ownerOf(resource)) ?? [];
    const [packageName = '', interfaceName] = namespace.split('/');
    const own = snake(localName(resource));
    const owner = interfaceName ?? packageName;
    const inPackage = interfaceName === undefined ? [] : [packageName, packageName + version];
    const candidates =
      owner === ''
        ? [this.#world.name]
        : interfaceName === undefined
          ? [owner]
          : inPackage.map((one) => `${one}-${owner}`);
    const side = this.#making.isOwn(resource) && interfaceName !== undefined ? 'exports_' : '';
    const bases = candidates.map((one) => `${side}${snake(one)}_${own}`);
    const base = bases.find((one) => this.#header.helpers.some(({ name }) => name === `${one}_drop_own`));
    if (base === undefined) throw new Error(`the bindings do not have ${resource}`);
    this.#bases.set(resource, base);
    return base;
  }
}

/** `(*ret).x` is `ret->x`. */
function plainer(line: string): string {
  return line
    .replaceAll(/\(\*(\w+)\)\./g, '$1->')
    .replaceAll(/\(\*(\w+)\) =/g, '*$1 =')
    .replaceAll(/\(\(\*(\w+)\)\)/g, '(*$1)');
}

function snake(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
}

/** The parameters through which a function answers. */
function resultsOf(
  { params, returns }: CFunction,
  { result, params: given }: WitFunction,
): readonly CParameter[] {
  const results = params.slice(given.length);
  // Where the answer is returned there are none; the header's own names are these.
  return result === undefined || returns.endsWith('_callback_code_t')
    ? []
    : results.filter(({ name, pointer }) => pointer && /^(?:ret|err)\d*$/.test(name));
}

function parameters(column: number, params: readonly CParameter[]): string {
  if (params.length === 0) return 'void';
  const written = params.map(({ type, pointer, name }) => `${type} ${pointer ? '*' : ''}${name}`);
  const short = written.join(', ');
  return column + short.length + 3 <= WIDTH ? short : `\n${written.map((one) => `    ${one}`).join(',\n')}`;
}

/** What is left to do where there is no plain answer. */
function whyNot(type: WitType): readonly string[] {
  const why =
    type.kind === 'future' || type.kind === 'stream'
      ? `answer with a ${type.kind} here`
      : type.kind === 'own'
        ? `no function that this world imports gives a ${localName(type.resource)}`
        : 'no function that this world imports gives what is in the answer';
  return [`fputs("${why}\\n", stderr);`, 'abort();'];
}

/** A field's name in C, as wit-bindgen writes it: words of C and C++ have an underscore. */
function member(name: string): string {
  return words.has(name) ? `${name}_` : snake(name);
}

const words = new Set(
  (
    'alignas alignof and and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bitand bitor bool break case catch char ' +
    'char8_t char16_t char32_t class compl concept const consteval constexpr constinit const_cast continue co_await co_return ' +
    'co_yield decltype default delete do double dynamic_cast else enum explicit export extern false float for friend goto if ' +
    'inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public reflexpr ' +
    'register reinterpret_cast requires return short signed sizeof static static_assert static_cast struct switch synchronized ' +
    'template this thread_local throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while ' +
    'xor xor_eq _Packed'
  ).split(' '),
);
