import { describe, expect, it } from 'vitest';
import { COLOUR_STOPS, colourOf } from '../../src/plots/colourOf';
import { lightnessOf } from './luminance';

describe('the colour map', () => {
  it('rises in lightness by equal steps', () => {
    const lightness = Array.from({ length: 33 }, (_, i) => lightnessOf(colourOf(i / 32)));
    const steps = lightness.slice(1).map((value, i) => value - lightness[i]);
    const even = (lightness[32] - lightness[0]) / 32;
    for (const step of steps) expect(Math.abs(step - even)).toBeLessThan(0.8);
    expect(COLOUR_STOPS.map((stop) => Math.round(lightnessOf(stop)))).toEqual([
      18, 27, 37, 46, 55, 65, 74, 84, 93,
    ]);
  });
});
