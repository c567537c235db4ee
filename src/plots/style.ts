/** The class of a figure's root element. All figures on a page share its style. */
export const FIGURE_CLASS = 'perm-lmc-figure';

/** System fonts; a figure loads none. */
export const FONTS =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** The colour of text, axes and grid: `anywhere` is legible on light and dark pages, `dark` is set by the style on dark pages. */
export const INK = { anywhere: '#6c727b', dark: '#b4bac3' };

/** The colours of text on light and dark cells of the colour map. */
export const ON_CELLS = { light: '#ffffff', dark: '#14171c' };

/** The colours of Okabe and Ito, for any page and for dark pages. */
export const SERIES_COLOURS = [
  { anywhere: '#0072b2', dark: '#56b4e9' },
  { anywhere: '#d55e00', dark: '#e69f00' },
  { anywhere: '#009e73', dark: '#2fc79a' },
  { anywhere: '#cc79a7', dark: '#cc79a7' },
] as const;

/** The style sheet of a figure: the colours on a dark page. Without it, a figure is legible by its attributes. */
export const STYLE = [
  '@media (prefers-color-scheme: dark) {',
  `.${FIGURE_CLASS} { color: ${INK.dark} }`,
  ...SERIES_COLOURS.map(({ dark }, i) => `.${FIGURE_CLASS} .series${i} { color: ${dark} }`),
  '}',
].join('\n');
