import type { PhotographSet } from '../protocol';
import { type Picture, pictureOf } from './picturesView';

const SIDE = 32;

/** The names of CIFAR-10's classes, in its order, with articles. */
export const PHOTOGRAPH_NAMES = [
  ...['an airplane', 'a car', 'a bird', 'a cat', 'a deer'],
  ...['a dog', 'a frog', 'a horse', 'a ship', 'a truck'],
];

/** The first photographs of a set as pictures. */
export function photographPictures(
  { pixels, labels, count }: PhotographSet,
  shown: number,
): Picture[] {
  return Array.from({ length: Math.min(shown, count) }, (_, index) => {
    const label = labels[index];
    const image = pictureOf(SIDE, `A photograph of ${PHOTOGRAPH_NAMES[label]}`, (rgba) => {
      const from = 3 * SIDE * SIDE * index;
      for (let i = 0; i < SIDE * SIDE; i++) {
        rgba.set(pixels.subarray(from + 3 * i, from + 3 * i + 3), 4 * i);
        rgba[4 * i + 3] = 255;
      }
    });
    return { image, label };
  });
}
