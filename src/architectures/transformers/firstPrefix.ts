import type { Shapes } from '../../params/internal';
import type { Patterns } from '../presets/layout';
import { numbered } from './numberedParams';
import { blocksOf, type Transformer, type TransformerBlock } from './transformer';

/**
 * The first prefix with which a network has all required parameters of the first block of each kind. Blocks that a
 * form lacks are not required.
 */
export function firstPrefix(family: Transformer, shapes: Shapes): string | undefined {
  const lacked = family.forms?.flatMap(({ sizes = {} }) => Object.keys(sizes)) ?? [];
  return family.prefixes.find((prefix) =>
    blocksWith(family, shapes, prefix)
      .filter(({ repeat }) => repeat === undefined || !lacked.includes(repeat))
      .every(({ params }) =>
        firstNames(params, prefix).every((name) => Object.hasOwn(shapes, name)),
      ),
  );
}

/** True if a network has any required parameter of the first repeated blocks. */
export function resembles(family: Transformer, shapes: Shapes): boolean {
  return family.prefixes.some((prefix) =>
    blocksWith(family, shapes, prefix)
      .filter(({ repeat }) => repeat !== undefined)
      .some(({ params }) => firstNames(params, prefix).some((name) => Object.hasOwn(shapes, name))),
  );
}

/** The number of blocks in a row, from 0, whose first required parameter is there. */
export function countBlocks(params: Patterns, shapes: Shapes, prefix: string): number {
  const template = Object.keys(params).find((name) => !params[name].startsWith('?'))!;
  let count = 0;
  while (Object.hasOwn(shapes, prefix + numbered(template, count))) count++;
  return count;
}

/** The blocks of a network, whose sizes are in its shapes. */
export function blocksWith(
  family: Transformer,
  shapes: Shapes,
  prefix: string,
): readonly TransformerBlock[] {
  return blocksOf(family, family.shownSizes?.(shapes, prefix) ?? {});
}

/** The names of the required parameters of the first of equal blocks. */
function firstNames(params: Patterns, prefix: string): string[] {
  return Object.entries(params).flatMap(([name, pattern]) =>
    pattern.startsWith('?') ? [] : [prefix + numbered(name, 0)],
  );
}
