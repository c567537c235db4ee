/** Attributes of an element; undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element as markup. Attributes are escaped; children must be markup. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(inWriting(value!))}"`)
    .join('');
  return children.length === 0
    ? `<${name}${written}/>`
    : `<${name}${written}>${children.join('')}</${name}>`;
}

/** The part of a text that lies at its x: its start, middle or end. */
export type Anchor = 'start' | 'middle' | 'end';

/** A line of text with its baseline at y; the content is escaped. */
export function text(
  x: number,
  y: number,
  anchor: Anchor,
  content: string,
  attributes: Attributes = {},
): string {
  return element('text', { x, y, 'text-anchor': anchor, ...attributes }, escapeXml(content));
}

/** A coordinate in pixels, rounded to two decimals to keep the file small. */
export function round(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}

/** Text escaped for an element or an attribute. Characters that XML 1.0 forbids become U+FFFD. */
export function escapeXml(content: string): string {
  return content
    .replace(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids these.
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      '\ufffd',
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function inWriting(value: string | number): string {
  return typeof value === 'number' ? String(round(value)) : value;
}
