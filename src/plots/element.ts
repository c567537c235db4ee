/** Attributes of an element; those that are undefined are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element with its attributes; the children are markup already. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(inWriting(value!))}"`)
    .join('');
  return children.length === 0
    ? `<${name}${written}/>`
    : `<${name}${written}>${children.join('')}</${name}>`;
}

/** The point of a text that is placed: its start, end or middle. */
export type Anchor = 'start' | 'middle' | 'end';

/** A line of text, its baseline at y. */
export function text(
  x: number,
  y: number,
  anchor: Anchor,
  content: string,
  attributes: Attributes = {},
): string {
  return element('text', { x, y, 'text-anchor': anchor, ...attributes }, escapeXml(content));
}

/** A coordinate with two decimals: a hundredth of a pixel is not seen, and the file stays small. */
export function round(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}

/** Text that may stand in an element or an attribute; what XML 1.0 cannot hold becomes U+FFFD. */
export function escapeXml(content: string): string {
  return content
    .replace(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that XML forbids.
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
