import type { Patterns } from '../presets/layout';
import { blocksOf, type Transformer, type TransformerSizes } from './transformer';

/** The patterns of a network of a family by the names of its parameters, with numbers in place of `#`. */
export function numberedParams(
  family: Transformer,
  sizes: TransformerSizes,
  prefix: string,
): Patterns {
  const patterns: Patterns = {};
  for (const { repeat, params } of blocksOf(family, sizes)) {
    const count = repeat === undefined ? 1 : sizes[repeat];
    for (let number = 0; number < count; number++) {
      for (const [name, pattern] of Object.entries(params)) {
        patterns[prefix + numbered(name, number)] = numbered(pattern, number);
      }
    }
  }
  return { ...patterns, ...family.outside };
}

/** A name or a pattern of the block of this number. */
export function numbered(template: string, number: number): string {
  return template.replaceAll('#', `${number}`);
}
