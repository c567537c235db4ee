import type { Patterns } from '../presets/layout';
import type { Transformer, TransformerSizes } from './transformer';

/** The patterns of a network of a family by the names of its parameters, with numbers in place of `#`. */
export function numberedParams(
  { blocks, outside = {} }: Transformer,
  sizes: TransformerSizes,
  prefix: string,
): Patterns {
  const patterns: Patterns = {};
  for (const { repeat, params } of blocks) {
    const count = repeat === undefined ? 1 : sizes[repeat];
    for (let number = 0; number < count; number++) {
      for (const [name, pattern] of Object.entries(params)) {
        patterns[prefix + numbered(name, number)] = numbered(pattern, number);
      }
    }
  }
  return { ...patterns, ...outside };
}

/** A name or a pattern of the block of this number. */
export function numbered(template: string, number: number): string {
  return template.replaceAll('#', `${number}`);
}
