import { blocksOf, type Transformer, type TransformerSizes } from './transformer';

/** The number of repeated blocks of a network of these sizes: the layers of all of its stacks, each kind once. */
export function countRepeats(family: Transformer, sizes: TransformerSizes): number {
  const repeats = blocksOf(family, sizes).flatMap(({ repeat }) => repeat ?? []);
  return [...new Set(repeats)].reduce((count, repeat) => count + sizes[repeat], 0);
}
