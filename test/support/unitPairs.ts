import { randomSource } from '../../src/runtime/randomSource';
import type { SizedNetwork } from './agreeingNetworks';

/** Sizes of all groups with this number of units more, inside each unit of the parent. */
export function sizesWith(
  { sizes, parents = {} }: Pick<SizedNetwork, 'sizes' | 'parents'>,
  more: number,
): Record<string, number> {
  const wider: Record<string, number> = {};
  for (const [name, size] of Object.entries(sizes)) {
    const above = Object.hasOwn(parents, name) ? parents[name] : null;
    const inner = above === null ? size : size / sizes[above];
    wider[name] = (above === null ? 1 : wider[above]) * (inner + more);
  }
  return wider;
}

/** Random pairs of units of two networks, some of them alone; inside pairs of the parent for groups inside others. */
export function randomPairs(
  { parents = {} }: Pick<SizedNetwork, 'parents'>,
  sizesA: Readonly<Record<string, number>>,
  sizesB: Readonly<Record<string, number>>,
  seed: number,
): Record<string, Int32Array> {
  const random = randomSource(seed);
  const pairs: Record<string, Int32Array> = {};
  for (const name of Object.keys(sizesA)) {
    const above = Object.hasOwn(parents, name) ? pairs[parents[name]] : Int32Array.of(0);
    const blocksB = Object.hasOwn(parents, name) ? sizesB[parents[name]] : 1;
    const [innerA, innerB] = [sizesA[name] / above.length, sizesB[name] / blocksB];
    pairs[name] = new Int32Array(sizesA[name]).fill(-1);
    above.forEach((block, at) => {
      if (block < 0) return;
      const free = [...Array(innerB).keys()];
      for (let unit = 0; unit < innerA && free.length > 0; unit++) {
        if (random.below(3) === 0) continue;
        const [partner] = free.splice(random.below(free.length), 1);
        pairs[name][at * innerA + unit] = block * innerB + partner;
      }
    });
  }
  return pairs;
}

/** The same pairs from the other side: for each unit of B the unit of A, or −1. */
export function swappedPairs(
  pairs: Readonly<Record<string, Int32Array>>,
  sizesB: Readonly<Record<string, number>>,
): Record<string, Int32Array> {
  return Object.fromEntries(
    Object.entries(pairs).map(([name, own]) => {
      const swapped = new Int32Array(sizesB[name]).fill(-1);
      own.forEach((partner, unit) => {
        if (partner >= 0) swapped[partner] = unit;
      });
      return [name, swapped];
    }),
  );
}
