import { scaleLinear } from './d3';
import { ON_CELLS } from './style';

/**
 * From dark blue over green to light yellow. The lightness L* of CIELAB rises by the same amount, 9.375,
 * from each to the next, so that equal steps of a value look equal, in grey and to colour-blind readers,
 * too. Each hue has as much chroma as the screen can show at that lightness, up to a limit.
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

/** The colour of a share of the range: 0 is the darkest, 1 the lightest. */
export function colourOf(share: number): string {
  const channels = colourAt(share).match(/\d+/g)!;
  return `#${channels.map((channel) => Number(channel).toString(16).padStart(2, '0')).join('')}`;
}

/** The colour of text that is legible on the colour of that share. */
export function inkOn(share: number): string {
  return share < 0.45 ? ON_CELLS.light : ON_CELLS.dark;
}
