import type { TestNetwork } from './networks';

/** An architecture in which permutations are planted, its weights drawn at random. */
export interface PlantedFamily extends TestNetwork {
  /** The parameters whose entries are all one. */
  readonly ones?: readonly string[];
}
