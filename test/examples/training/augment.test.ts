import { describe, expect, it } from 'vitest';
import type { LabelledPhotos } from '../../../examples/support/cifar';
import { standardised } from '../../../examples/support/cifar';
import { augment } from '../../../examples/support/training/augment';

/** Photographs in which every byte differs from its neighbours. */
function photos(count: number, size: number): LabelledPhotos {
  const bytes = Uint8Array.from({ length: count * size * size * 3 }, (_, i) => (i * 37 + 11) % 251);
  return { bytes, labels: Int32Array.from({ length: count }, (_, i) => i % 10), count, size };
}

/** Image `number`, moved and mirrored, by the definition: from a padded copy. */
function moved(set: LabelledPhotos, number: number, down: number, right: number, flip: boolean) {
  const { size } = set;
  const values = standardised(
    set.bytes.subarray(number * 3 * size ** 2, (number + 1) * 3 * size ** 2),
  );
  return Array.from({ length: 3 * size ** 2 }, (_, i) => {
    const [y, column, colour] = [Math.floor(i / (3 * size)), Math.floor(i / 3) % size, i % 3];
    const x = flip ? size - 1 - column : column;
    const [from, at] = [y + down, x + right];
    const inside = from >= 0 && from < size && at >= 0 && at < size;
    return inside ? values[3 * (from * size + at) + colour] : 0;
  });
}

describe('augment', () => {
  it('leaves images as they are without padding and flips', () => {
    const set = photos(3, 4);
    const batch = augment(set, Int32Array.of(2, 0), { seed: 1, step: 5, padding: 0, flips: false });
    expect(batch).toMatchObject({ count: 2, size: 4, labels: Int32Array.of(2, 0) });
    const expected = [...moved(set, 2, 0, 0, false), ...moved(set, 0, 0, 0, false)];
    expect([...batch.images]).toEqual(expected);
  });

  it('gives each of the crops and both sides about equally often, and nothing else', () => {
    const set = photos(1, 8);
    const places = new Map<string, string>();
    for (const flip of [false, true]) {
      for (let down = -1; down <= 1; down++) {
        for (let right = -1; right <= 1; right++) {
          places.set(moved(set, 0, down, right, flip).join(), `${down} ${right} ${flip}`);
        }
      }
    }
    const counts: Record<string, number> = {};
    // 18 places, 100 images each on average, standard deviation 10.
    for (let step = 0; step < 18; step++) {
      const { images } = augment(set, new Int32Array(100), { seed: 3, step });
      for (let i = 0; i < 100; i++) {
        const place = places.get(images.subarray(192 * i, 192 * (i + 1)).join());
        expect(place).toBeDefined();
        counts[place!] = (counts[place!] ?? 0) + 1;
      }
    }
    expect(Object.keys(counts)).toHaveLength(18);
    for (const count of Object.values(counts)) expect(Math.abs(count - 100)).toBeLessThan(40);
  });

  it('moves images of 32 × 32 pixels by up to 4, those of 16 × 16 by up to 2', () => {
    for (const size of [16, 32]) {
      const set = { ...photos(1, size), bytes: new Uint8Array(3 * size ** 2).fill(255) };
      const { images } = augment(set, new Int32Array(200), { seed: 1, step: 0 });
      let most = 0;
      for (let i = 0; i < 200; i++) {
        const column = Array.from(
          { length: size },
          (_, y) => images[3 * ((i * size + y) * size + size / 2)],
        );
        most = Math.max(most, column.filter((value) => value === 0).length);
      }
      expect(most).toBe(size / 8);
    }
  });

  it('depends on the seed and the step alone', () => {
    const set = photos(4, 8);
    const images = (seed: number, step: number) =>
      augment(set, Int32Array.of(0, 1, 2, 3), { seed, step }).images.join();
    expect(images(1, 2)).toBe(images(1, 2));
    expect(new Set([images(1, 2), images(2, 2), images(1, 3), images(2, 1)]).size).toBe(4);
  });
});
