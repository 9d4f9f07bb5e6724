/** A strict reader of XML without DTDs, as far as tests need one: it refuses what is not well-formed. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text in it, without that of its children. */
  readonly text: string;
}

const DECLARATION = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n/;
const TAG = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[A-Za-z][\w.-]*="[^"<]*")*)\s*(\/?)>/y;
const ATTRIBUTE = /([A-Za-z][\w.-]*)="([^"]*)"/g;
const TEXT = /[^<]+/y;
// XML 1.0's Char production.
const CHARACTERS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** The document's element. Throws an Error that says where the text is not well-formed. */
export function parseXml(xml: string): XmlElement {
  if (!CHARACTERS.test(xml)) throw new Error('a character that XML does not have');
  const document: Open = { name: '', attributes: {}, children: [], text: '' };
  const open: Open[] = [document];
  let at = DECLARATION.exec(xml)?.[0].length ?? 0;
  while (at < xml.length) {
    const here = open.at(-1);
    if (here === undefined) throw new Error(`nothing is open at ${at}`);
    TEXT.lastIndex = at;
    const text = TEXT.exec(xml)?.[0];
    if (text !== undefined) {
      if (text.includes(']]>')) throw new Error(`"]]>" in text at ${at}`);
      here.text += unescape(text);
      at += text.length;
      continue;
    }
    TAG.lastIndex = at;
    const [all, closes, name, attributes, empty] = TAG.exec(xml) ?? [];
    if (all === undefined || name === undefined)
      throw new Error(`no tag at ${at}: ${xml.slice(at, at + 80)}`);
    at += all.length;
    if (closes === '/') {
      if (here.name !== name) throw new Error(`</${name}> closes <${here.name}>`);
      open.pop();
      continue;
    }
    const element: Open = { name, attributes: attributesOf(attributes ?? ''), children: [], text: '' };
    here.children.push(element);
    if (empty !== '/') open.push(element);
  }
  const [root, second] = document.children;
  if (open.length !== 1 || root === undefined || second !== undefined || document.text.trim() !== '')
    throw new Error('a document is one element');
  return root;
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(ATTRIBUTE)) {
    if (name in attributes) throw new Error(`${name} twice`);
    // A reader makes a space of each line break and tab that is not written as a reference.
    attributes[name] = unescape(value.replaceAll(/\r\n|[\t\n\r]/g, ' '));
  }
  return attributes;
}

function unescape(text: string): string {
  // A reader makes one line feed of every line break that is not written as a reference.
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/&([^;&]*);?/g, (all, name: string) => {
    const number = /^#(?:x([\dA-Fa-f]+)|(\d+))$/.exec(name);
    if (number !== null)
      return String.fromCodePoint(number[1] === undefined ? Number(number[2]) : parseInt(number[1], 16));
    const found = all.endsWith(';') ? ENTITIES[name] : undefined;
    if (found === undefined) throw new Error(`no entity: ${all}`);
    return found;
  });
}
