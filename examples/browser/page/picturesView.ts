import { make } from './dom';

const CLASSES = 10;

/** A picture with its class. */
export interface Picture {
  readonly image: HTMLElement;
  readonly label: number;
}

/**
 * Shows pictures in a list.
 *
 * @param names - The name of each class with its article, such as `a cat`; or without, such as `7`.
 * @returns A function that shows the classification of a network, from its probabilities [pictures × 10],
 * row-major, or clears it with null.
 */
export function showPictures(
  list: HTMLOListElement,
  pictures: readonly Picture[],
  names: readonly string[],
): (probabilities: Float32Array | null) => void {
  const verdicts = pictures.map(({ image, label }) => {
    const verdict = make('p', 'verdict', '·');
    const item = make('li', 'picture', image, verdict);
    list.append(item);
    return { item, verdict, label };
  });
  return (probabilities) => {
    for (const [i, { item, verdict, label }] of verdicts.entries()) {
      if (!probabilities) {
        item.className = 'picture';
        verdict.replaceChildren('·');
        continue;
      }
      const own = probabilities.subarray(CLASSES * i, CLASSES * (i + 1));
      const read = own.indexOf(Math.max(...own));
      const isRight = read === label;
      item.className = `picture ${isRight ? 'right' : 'wrong'}`;
      verdict.replaceChildren(
        make('span', 'mark', isRight ? '✓' : '✗'),
        make('span', 'class', ` ${names[read].replace(/^an? /, '')}`),
        make('span', 'confidence', `${Math.round(100 * own[read])} %`),
        make('span', 'unseen', isRight ? ', right' : `, wrong: it is ${names[label]}`),
      );
    }
  };
}

/** A canvas with a name, and a square image of `side` × `side` pixels, whose colours `paint` sets: [side², 4]. */
export function pictureOf(
  side: number,
  name: string,
  paint: (rgba: Uint8ClampedArray) => void,
): HTMLCanvasElement {
  const canvas = make('canvas');
  canvas.width = side;
  canvas.height = side;
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', name);
  const image = new ImageData(side, side);
  paint(image.data);
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas;
}
