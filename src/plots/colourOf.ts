import { scaleLinear } from './d3';
import { ON_CELLS } from './style';

/**
 * The colour map, from dark blue over green to light yellow. The CIELAB lightness L* rises by 9.375 from each
 * colour to the next, so that equal steps of a value look equal, also in grey and to colour-blind readers.
 * Each hue has the greatest chroma that sRGB can show at its lightness, up to a limit.
 */
export const COLOUR_STOPS = [
  '#2c2065',
  '#1d3e80',
  '#025c88',
  '#01788f',
  '#089494',
  '#0cb290',
  '#6bca82',
  '#b3de75',
  '#f8ef74',
];

const colourAt = scaleLinear<string>()
  .domain(COLOUR_STOPS.map((_, i) => i / (COLOUR_STOPS.length - 1)))
  .range(COLOUR_STOPS)
  .clamp(true);

/** The colour at a position of the colour map, from 0 (darkest) to 1 (lightest), as `#rrggbb`. */
export function colourOf(share: number): string {
  const channels = colourAt(share).match(/\d+/g)!;
  return `#${channels.map((channel) => Number(channel).toString(16).padStart(2, '0')).join('')}`;
}

/** The colour of legible text on the colour at a position of the colour map, in [0, 1]. */
export function inkOn(share: number): string {
  return share < 0.45 ? ON_CELLS.light : ON_CELLS.dark;
}
