import type { LabelledPhotos } from '../cifar';
import { standardised } from '../cifar';
import { randomDraws } from './randomDraws';
import type { LabelledBatch } from './trainingEngine';

/**
 * The photographs of these numbers as a batch, each cropped and flipped at random: moved by up to `padding`
 * pixels in both directions, with zeros (the mean after standardisation) where nothing is left, and mirrored in
 * one of two cases. The draws depend on `seed` and `step` alone. With `padding: 0, flips: false` the batch holds
 * the photographs as they are.
 */
export function augment(
  photos: LabelledPhotos,
  numbers: Int32Array,
  {
    seed,
    step,
    padding = photos.size / 8,
    flips = true,
  }: { seed: number; step: number; padding?: number; flips?: boolean },
): LabelledBatch {
  const { size } = photos;
  const draw = randomDraws(seed, step);
  const images = new Float32Array(numbers.length * 3 * size ** 2);
  numbers.forEach((number, row) => {
    const place = {
      down: draw(2 * padding + 1) - padding,
      right: draw(2 * padding + 1) - padding,
      mirrored: draw(2) === 1 && flips,
    };
    copyMoved(photos, number, place, images.subarray(row * 3 * size ** 2));
  });
  const labels = Int32Array.from(numbers, (number) => photos.labels[number]);
  return { images, labels, count: numbers.length, size };
}

/** The place that a pixel of the result is taken from: (y + down, x + right), from the mirror image if `mirrored`. */
interface Place {
  readonly down: number;
  readonly right: number;
  readonly mirrored: boolean;
}

/** The standardised value of each byte by colour: entry 3·byte + colour. */
const VALUES = standardised(Uint8Array.from({ length: 3 * 256 }, (_, i) => Math.floor(i / 3)));

function copyMoved(
  { bytes, size }: LabelledPhotos,
  number: number,
  { down, right, mirrored }: Place,
  image: Float32Array,
): void {
  for (let y = Math.max(0, -down); y < Math.min(size, size - down); y++) {
    for (let x = Math.max(0, -right); x < Math.min(size, size - right); x++) {
      const from = 3 * ((number * size + y + down) * size + x + right);
      const to = 3 * (y * size + (mirrored ? size - 1 - x : x));
      image[to] = VALUES[3 * bytes[from]];
      image[to + 1] = VALUES[3 * bytes[from + 1] + 1];
      image[to + 2] = VALUES[3 * bytes[from + 2] + 2];
    }
  }
}
