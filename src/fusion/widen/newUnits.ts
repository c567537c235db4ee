import type { UnitSource } from '../embed/unitSource';

/** The units of a network, then new ones up to `size`. */
export function newUnits(units: number, size: number): UnitSource {
  return {
    of: Int32Array.from({ length: size }, (_, at) => (at < units ? at : -1)),
    share: new Float64Array(size).fill(1),
    gain: 1,
  };
}
