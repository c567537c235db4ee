import type { DigitSet } from '../protocol';
import { make } from './dom';

const SIDE = 28;
const CLASSES = 10;

/**
 * Shows the first digits of a set in a list.
 *
 * @returns A function that shows the classification of a network, from its probabilities [digits × 10],
 * row-major, or clears it with null.
 */
export function showDigits(
  list: HTMLOListElement,
  digits: DigitSet,
  shown: number,
): (probabilities: Float32Array | null) => void {
  const verdicts = Array.from({ length: Math.min(shown, digits.count) }, (_, i) => {
    const verdict = make('p', 'verdict', '·');
    const item = make('li', 'digit', picture(digits, i), verdict);
    list.append(item);
    return { item, verdict, label: digits.labels[i] };
  });
  return (probabilities) => {
    for (const [i, { item, verdict, label }] of verdicts.entries()) {
      if (!probabilities) {
        item.className = 'digit';
        verdict.replaceChildren('·');
        continue;
      }
      const own = probabilities.subarray(CLASSES * i, CLASSES * (i + 1));
      const read = own.indexOf(Math.max(...own));
      const isRight = read === label;
      item.className = `digit ${isRight ? 'right' : 'wrong'}`;
      verdict.replaceChildren(
        make('span', 'mark', isRight ? '✓' : '✗'),
        make('span', 'class', ` ${read}`),
        make('span', 'confidence', `${Math.round(100 * own[read])} %`),
        make('span', 'unseen', isRight ? ', right' : `, wrong: it is a ${label}`),
      );
    }
  };
}

/** A picture of a digit on a transparent background. */
function picture({ pixels, labels }: DigitSet, index: number): HTMLCanvasElement {
  const canvas = make('canvas');
  canvas.width = SIDE;
  canvas.height = SIDE;
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', `A handwritten ${labels[index]}`);
  const image = new ImageData(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) image.data[4 * i + 3] = pixels[index * SIDE * SIDE + i];
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas;
}
