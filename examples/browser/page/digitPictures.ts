import type { DigitSet } from '../protocol';
import { type Picture, pictureOf } from './picturesView';

const SIDE = 28;

/** The names of the classes, with an article where they are read out. */
export const DIGIT_NAMES = Array.from({ length: 10 }, (_, digit) => `a ${digit}`);

/** The first digits of a set as pictures on a transparent background. */
export function digitPictures({ pixels, labels, count }: DigitSet, shown: number): Picture[] {
  return Array.from({ length: Math.min(shown, count) }, (_, index) => {
    const label = labels[index];
    const image = pictureOf(SIDE, `A handwritten ${label}`, (rgba) => {
      for (let i = 0; i < SIDE * SIDE; i++) rgba[4 * i + 3] = pixels[index * SIDE * SIDE + i];
    });
    return { image, label };
  });
}
