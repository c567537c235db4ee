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
  /** Notes the end of a pass. Nothing is shared any more if there are no first layers, or ever new tensors. */
  endPass(): void;
  /** False if nothing is shared any more. */
  isOpen(): boolean;
}

/** The most names, so that a function that makes other tensors in each pass does not fill the memory. */
const MOST_NAMES = 100_000;

/**
 * A ledger without layers.
 *
 * @param memory - The most bytes for outputs.
 */
export function createLedger(memory: number): Ledger {
  const keys = new Map<string, string | null>();
  const names = createKeyNames();
  let left = memory;
  let isOpen = true;
  return {
    names,
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
      isOpen &&= keys.size > 0 && names.count() <= MOST_NAMES;
    },
    isOpen: () => isOpen,
  };
}
