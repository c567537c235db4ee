import { invalid } from '../errors';
import { element, escapeXml, text } from './element';
import { FIGURE_CLASS, FONTS, INK, STYLE } from './style';
import { wrapText } from './textWidth';

/** Options of every figure. */
export interface FigureOptions {
  /** The heading, also the accessible name. Each plot has one of its own. */
  title?: string;
  /** The figure in words, for readers who do not see it. By default the plot's main numbers. */
  description?: string;
  /** In pixels; the figure shrinks with its container. Default 720. */
  width?: number;
  /** In pixels. By default what the content asks for. */
  height?: number;
  /**
   * What the ids in the figure begin with. By default they come from its content, so that different
   * figures on one page never share an id; give one where the same figure stands on a page twice.
   */
  id?: string;
}

/** The names of the options that every figure has. */
export const FIGURE_OPTIONS = {
  ...{ title: true, description: true, width: true, height: true, id: true },
} as const satisfies Record<keyof FigureOptions, true>;

/** A figure's frame: what all plots pass on to {@link figure}. */
export interface Frame {
  /** The name of the plot, with which ids begin. */
  readonly plot: string;
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number | undefined;
  readonly id: string | undefined;
}

/** The space around the plots, in pixels. */
export const MARGIN = { left: 20, right: 24, bottom: 16 };

/** How much wider bold letters are. */
const BOLD = 1.08;
const TITLE = { size: 17, line: 22, top: 28 };

/** The lines of the heading, and where the content begins below it. */
export function heading({ title, width }: Frame): { lines: string[]; bottom: number } {
  const lines = wrapText(title, width - 2 * MARGIN.left, TITLE.size * BOLD).map((line, i) =>
    text(MARGIN.left, TITLE.top + i * TITLE.line, 'start', line, {
      'font-size': TITLE.size,
      'font-weight': 600,
    }),
  );
  return { lines, bottom: lines.length === 0 ? 12 : 20 + lines.length * TITLE.line };
}

/** The height of the plots: what is left of the figure's, or what they ask for. */
export function plotHeight(
  { height, width }: Frame,
  { others, wanted, least }: { others: number; wanted: number; least: number },
): number {
  if (!(width >= 240)) {
    throw invalid(`width must be at least 240, received ${width}`, 'The default is 720');
  }
  if (height === undefined) return wanted;
  if (!(height - others >= least) || height === Infinity) {
    throw invalid(
      `a height of ${height} leaves no room for the plot beside title, legend and labels`,
      `Pass at least ${Math.ceil(others + least)}, or leave it out`,
    );
  }
  return height - others;
}

/**
 * One SVG image: it has no background and follows the page's light or dark scheme, has an accessible
 * name and description, and asks for nothing outside itself.
 */
export function figure(frame: Frame, height: number, content: readonly string[]): string {
  const { title, description, width } = frame;
  const body = content.filter((part) => part !== '').join('\n');
  const id = idOf(frame, `${title}\n${description}\n${body}`);
  return [
    openSvg({
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${Math.round(width)} ${Math.round(height)}`,
      width: Math.round(width),
      height: Math.round(height),
      class: FIGURE_CLASS,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-desc`,
      color: INK.anywhere,
      fill: 'currentColor',
      'font-family': FONTS,
      'font-size': 13,
      style: 'max-width: 100%; height: auto',
    }),
    element('title', { id: `${id}-title` }, escapeXml(title)),
    element('desc', { id: `${id}-desc` }, escapeXml(description)),
    element('style', {}, `\n${STYLE}\n`),
    body,
    '</svg>\n',
  ].join('\n');
}

function openSvg(attributes: Record<string, string | number>): string {
  return element('svg', attributes).replace(/\/>$/, '>');
}

function idOf({ plot, id }: Frame, content: string): string {
  if (id === undefined) return `${plot}-${hash(content)}`;
  if (!/^[A-Za-z][\w-]*$/.test(id)) {
    throw invalid(
      `id must be a letter, then letters, digits, - and _, received '${id}'`,
      'Leave it out for one made from the content',
    );
  }
  return id;
}

/** Two rounds of FNV-1a, from different starts, over UTF-16 units. */
function hash(content: string): string {
  return [0x811c9dc5, 0x5bd1e995]
    .map((start) => {
      let value = start;
      for (let i = 0; i < content.length; i++) {
        value = Math.imul(value ^ content.charCodeAt(i), 0x01000193);
      }
      return (value >>> 0).toString(36);
    })
    .join('');
}
