import { createKeyNames, type KeyNames } from './keyNames';

/** The first layers that the points of one barrier share, and the memory that their outputs take. */
export interface Ledger {
  readonly names: KeyNames;
  /**
   * True if the outputs of a first layer are shared. The first point decides: they are if they fit the memory that is
   * left. Nothing is shared any more once a layer has another key than at an earlier point.
   *
   * @param place - The batch and the number of the kernel call.
   * @param key - The key of the layer.
   * @param bytes - The memory that its outputs on all networks take.
   */
  shares(place: string, key: string, bytes: number): boolean;
  /** Notes the end of a pass. A pass without first layers shows that there are none. */
  endPass(): void;
  /** False if nothing is shared any more. */
  isOpen(): boolean;
}

/**
 * A ledger without layers.
 *
 * @param memory - The most bytes for outputs.
 */
export function createLedger(memory: number): Ledger {
  const keys = new Map<string, string | null>();
  let left = memory;
  let isOpen = true;
  return {
    names: createKeyNames(),
    shares(place, key, bytes) {
      if (!isOpen) return false;
      const known = keys.get(place);
      if (known === null) return false;
      if (known !== undefined) {
        isOpen = known === key;
        return isOpen;
      }
      const fits = bytes <= left;
      if (fits) left -= bytes;
      keys.set(place, fits ? key : null);
      return fits;
    },
    endPass() {
      isOpen &&= keys.size > 0;
    },
    isOpen: () => isOpen,
  };
}
