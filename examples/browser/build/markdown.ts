/** Where a link of a guide leads to; null if it leads nowhere from the page, so that only its text is kept. */
export type LinkTarget = (href: string) => string | null;

/**
 * The HTML of a guide: of Markdown what `docs/` is written in. Headings, paragraphs, lists of one level,
 * tables, blocks of code; in a line `code`, **bold**, _emphasis_, links and images.
 */
export function renderMarkdown(markdown: string, linkTarget: LinkTarget): string {
  const inline = (text: string) => renderLine(text, linkTarget);
  return blocksOf(markdown)
    .map((lines) => renderBlock(lines, inline))
    .join('\n');
}

type Inline = (text: string) => string;

/** The blocks between empty lines; a block of code is one, whatever is in it. */
function blocksOf(markdown: string): string[][] {
  const blocks: string[][] = [[]];
  let isCode = false;
  for (const line of markdown.split('\n')) {
    const isFence = line.startsWith('```');
    if (line.trim() === '' && !isCode) blocks.push([]);
    else {
      if (isFence && !isCode) blocks.push([]);
      blocks.at(-1)!.push(line);
      if (isFence) isCode = !isCode;
      if (isFence && !isCode) blocks.push([]);
    }
  }
  return blocks.filter((lines) => lines.length > 0);
}

function renderBlock(lines: readonly string[], inline: Inline): string {
  const [first] = lines;
  const heading = /^(#{1,4}) (.*)$/.exec(first);
  if (first.startsWith('```')) {
    return `<pre><code>${escaped(lines.slice(1, -1).join('\n'))}</code></pre>`;
  }
  if (lines.every((line) => line.startsWith('    '))) {
    return `<pre><code>${escaped(lines.map((line) => line.slice(4)).join('\n'))}</code></pre>`;
  }
  if (heading) {
    const { length: level } = heading[1];
    return `<h${level} id="${anchorOf(heading[2])}">${inline(heading[2])}</h${level}>`;
  }
  if (first.startsWith('|')) return renderTable(lines, inline);
  if (/^- /.test(first)) return renderList('ul', itemsOf(lines, /^- /), inline);
  if (/^\d+\. /.test(first)) return renderList('ol', itemsOf(lines, /^\d+\. /), inline);
  return `<p>${inline(lines.join('\n'))}</p>`;
}

/** A heading's place in its page, as the links of the guides name it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
}

function itemsOf(lines: readonly string[], marker: RegExp): string[] {
  const items: string[] = [];
  for (const line of lines) {
    if (marker.test(line)) items.push(line.replace(marker, ''));
    else items.push(`${items.pop()}\n${line.trim()}`);
  }
  return items;
}

function renderList(tag: 'ul' | 'ol', items: readonly string[], inline: Inline): string {
  return `<${tag}>${items.map((item) => `<li>${inline(item)}</li>`).join('')}</${tag}>`;
}

/** The second line of a table divides its head from its body. */
function renderTable([head, , ...body]: readonly string[], inline: Inline): string {
  const row = (line: string, tag: 'th' | 'td') => {
    const cells = line.replace(/^\||\|\s*$/g, '').split(/(?<!\\)\|/);
    const text = (cell: string) => inline(cell.trim().replaceAll('\\|', '|'));
    return `<tr>${cells.map((cell) => `<${tag}>${text(cell)}</${tag}>`).join('')}</tr>`;
  };
  const rows = body.map((line) => row(line, 'td')).join('');
  return `<div class="table"><table><thead>${row(head, 'th')}</thead><tbody>${rows}</tbody></table></div>`;
}

/** Code first: what is inside it has no other meaning. */
function renderLine(text: string, linkTarget: LinkTarget): string {
  const parts = text.split(/(`[^`]+`)/);
  const marked = parts.map((part, i) =>
    i % 2 === 1 ? `<code>${escaped(part.slice(1, -1))}</code>` : renderWords(part),
  );
  // Links last: their text may hold code.
  return marked.join('').replace(/(!?)\[([^\]]*)\]\(([^)\s]+)\)/g, (_, mark, label, href) => {
    const target = mark === '!' ? null : linkTarget(href);
    return target === null ? label : `<a href="${target}">${label}</a>`;
  });
}

function renderWords(text: string): string {
  return escaped(text)
    .replace(/\*\*(.+?)\*\*/gs, '<strong>$1</strong>')
    .replace(/(?<![\p{L}\p{N}_])_(?=\S)(.+?)(?<=\S)_(?![\p{L}\p{N}_])/gsu, '<em>$1</em>');
}

/** Text as it stands in HTML. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
