import { invalid } from '../errors';

/** The size of a group inside another, and where it comes from. */
export interface InnerSize {
  readonly name: string;
  /** The number of its units, over all units of the parent. */
  readonly size: number;
  readonly parent: string;
  /** The number of units of the parent. */
  readonly blocks: number;
  readonly source: string;
}

/** Throws unless every unit of the parent holds the same number of units. */
export function assertWholeBlocks({ name, size, parent, blocks, source }: InnerSize): void {
  if (size % blocks === 0) return;
  throw invalid(
    `group '${name}' has ${size} units by ${source}, which is not a multiple of the ${blocks} units of its parent '${parent}'`,
    `Every unit of the parent must hold the same number of units; the size of '${name}' is their number over all units of '${parent}'`,
    { received: size },
  );
}
