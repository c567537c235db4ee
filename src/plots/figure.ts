import { type OptionTable, shown } from '../checks';
import { invalid } from '../errors';
import { element, escapeXml, text } from './element';
import { FIGURE_CLASS, FONTS, INK, STYLE } from './style';
import { wrapText } from './textWidth';

/** Options of every figure. */
export interface FigureOptions {
  /** The heading, also the accessible name. Each plot has its own default. */
  title?: string;
  /** The accessible description, for readers who do not see the figure. Default: the main numbers of the plot. */
  description?: string;
  /** The width in pixels; the figure shrinks with its container. At least 240. Default 720. */
  width?: number;
  /** The height in pixels. Default: the height that fits the content. */
  height?: number;
  /**
   * The prefix of the ids in the figure. By default it is derived from the content, so that different figures
   * on one page have different ids. Pass one if the same figure appears twice on a page.
   */
  id?: string;
}

/** The names of the options of every figure. */
export const FIGURE_OPTIONS = {
  ...{ title: true, description: true, width: true, height: true, id: true },
} as const satisfies OptionTable<FigureOptions>;

/** The frame of a figure: the options that every plot passes to {@link figure}. */
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

/** The width of bold letters relative to regular ones. */
const BOLD = 1.08;
const TITLE = { size: 17, line: 22, top: 28 };

/** The lines of the heading as markup, and the y at which the content begins below it. */
export function heading({ title, width }: Frame): { lines: string[]; bottom: number } {
  const lines = wrapText(title, width - 2 * MARGIN.left, TITLE.size * BOLD).map((line, i) =>
    text(MARGIN.left, TITLE.top + i * TITLE.line, 'start', line, {
      'font-size': TITLE.size,
      'font-weight': 600,
    }),
  );
  return { lines, bottom: lines.length === 0 ? 12 : 20 + lines.length * TITLE.line };
}

/**
 * The height of the plots in pixels: the rest of the figure's height, or `wanted` if it has none. Throws if the
 * figure is too small.
 *
 * @param others - The height of all other parts.
 * @param least - The least height of the plots.
 */
export function plotHeight(
  { height, width }: Frame,
  { others, wanted, least }: { others: number; wanted: number; least: number },
): number {
  if (!(typeof width === 'number' && width >= 240)) {
    throw invalid(
      `width must be at least 240, received ${shown(width)}`,
      'Leave it out for the default of 720',
      { param: 'width', received: width },
    );
  }
  if (height === undefined) return wanted;
  if (!(height - others >= least) || height === Infinity) {
    throw invalid(
      `height ${height} leaves no room for the plot between title, legend and labels`,
      `Pass at least ${Math.ceil(others + least)}, or leave it out`,
      { param: 'height', received: height },
    );
  }
  return height - others;
}

/**
 * The text of an SVG image. It has no background, follows the light or dark scheme of the page, has an
 * accessible name and description, and loads nothing.
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
      'Leave it out for an id derived from the content',
      { param: 'id', received: id },
    );
  }
  return id;
}

/** A hash of text: two FNV-1a hashes of its UTF-16 units, with different starts, in base 36. */
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
