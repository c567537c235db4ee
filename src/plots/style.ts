/** The class of a figure's root element: the style of one figure is that of all on a page. */
export const FIGURE_CLASS = 'perm-lmc-figure';

/** The fonts that the reader's system has; a figure loads none. */
export const FONTS =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** Text, axes and grid: on light and dark pages alike, and on dark pages where the style is obeyed. */
export const INK = { anywhere: '#6c727b', dark: '#b4bac3' };

/** Text on a cell of the colour map. */
export const ON_CELLS = { light: '#ffffff', dark: '#14171c' };

/** Colours of Okabe and Ito, in pairs that stand out on a light and on a dark page. */
export const SERIES_COLOURS = [
  { anywhere: '#0072b2', dark: '#56b4e9' },
  { anywhere: '#d55e00', dark: '#e69f00' },
  { anywhere: '#009e73', dark: '#2fc79a' },
  { anywhere: '#cc79a7', dark: '#cc79a7' },
] as const;

/** A figure is legible by its attributes alone; this is what a dark page changes. */
export const STYLE = [
  '@media (prefers-color-scheme: dark) {',
  `.${FIGURE_CLASS} { color: ${INK.dark} }`,
  ...SERIES_COLOURS.map(({ dark }, i) => `.${FIGURE_CLASS} .series${i} { color: ${dark} }`),
  '}',
].join('\n');
