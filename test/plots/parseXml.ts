/** An element of a parsed document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text directly inside, entities resolved. */
  readonly text: string;
}

const TOKEN = /<\/([a-z]+)>|<([a-z]+)((?: [\w:-]+="[^"<>]*")*)(\/?)>|([^<>]+)/gy;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/**
 * Parses the XML that figures are written in and throws on anything else: tags that do not balance, an
 * attribute that comes twice, a stray < or &, text outside the one root, characters that XML forbids.
 */
export function parseXml(xml: string): XmlElement {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that XML forbids.
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(xml)) {
    throw new Error('a character that XML forbids');
  }
  encodeURIComponent(xml); // throws on half of a surrogate pair
  type Open = {
    name: string;
    attributes: Record<string, string>;
    children: XmlElement[];
    text: string;
  };
  const document: Open = { name: '', attributes: {}, children: [], text: '' };
  const open = [document];
  let end = 0;
  for (const { 0: whole, 1: closed, 2: name, 3: attributes, 4: empty, 5: text } of xml.matchAll(
    TOKEN,
  )) {
    end += whole.length;
    if (closed !== undefined) {
      if (open.pop()!.name !== closed) throw new Error(`</${closed}> closes another element`);
    } else if (name !== undefined) {
      const element: Open = {
        name,
        attributes: parseAttributes(attributes),
        children: [],
        text: '',
      };
      open.at(-1)!.children.push(element);
      if (!empty) open.push(element);
    } else open.at(-1)!.text += resolved(text);
  }
  if (end !== xml.length)
    throw new Error(`no XML from ${JSON.stringify(xml.slice(end, end + 60))}`);
  if (open.length > 1) throw new Error(`<${open.at(-1)!.name}> is not closed`);
  if (document.children.length !== 1 || document.text.trim() !== '')
    throw new Error('not one root');
  return document.children[0];
}

/** The element and all inside it, in the order of the document. */
export function everyElement(root: XmlElement): XmlElement[] {
  return [root, ...root.children.flatMap(everyElement)];
}

function parseAttributes(written: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name, value] of written.matchAll(/ ([\w:-]+)="([^"]*)"/g)) {
    if (name in attributes) throw new Error(`${name} comes twice`);
    attributes[name] = resolved(value);
  }
  return attributes;
}

function resolved(text: string): string {
  return text.replace(/&(\w*);?/g, (whole, name) => {
    if (!whole.endsWith(';') || !(name in ENTITIES)) throw new Error(`a stray ${whole}`);
    return ENTITIES[name];
  });
}
