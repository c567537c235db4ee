import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export { cifarImages } from './cifarImages';
export { standardised } from './standardised';

/** Labelled photographs, one after the other. */
export interface LabelledPhotos {
  /** The bytes [count, size, size, 3], row-major: red, green and blue of every pixel. */
  readonly bytes: Uint8Array;
  /** The class of each, 0 to 9. */
  readonly labels: Int32Array;
  readonly count: number;
  /** Height and width. */
  readonly size: number;
}

/**
 * The first test images of CIFAR-10, at most 500, which are part of the repository; all are read by
 * `loadCifar`, which fetches them.
 */
export function cifarSample(begin = 0, end = 500): LabelledPhotos {
  const read = (name: string) =>
    readFileSync(fileURLToPath(new URL(`../../test/fixtures/cifar/${name}`, import.meta.url)));
  const bytes = read('test_first500_u8_nhwc.bin').subarray(3072 * begin, 3072 * end);
  const labels = Int32Array.from(read('test_first500_labels_u8.bin').subarray(begin, end));
  return { bytes: new Uint8Array(bytes), labels, count: labels.length, size: 32 };
}

/** The photographs at half their height and width: means of 2 × 2 pixels, rounded. */
export function halved({ bytes, labels, count, size }: LabelledPhotos): LabelledPhotos {
  const [half, row] = [size / 2, 3 * size];
  const small = new Uint8Array(count * half * half * 3);
  let at = 0;
  for (let line = 0; line < count * half; line++) {
    for (let x = 0; x < half; x++) {
      for (let colour = 0; colour < 3; colour++) {
        const from = 2 * line * row + 6 * x + colour;
        const sum = bytes[from] + bytes[from + 3] + bytes[from + row] + bytes[from + row + 3];
        small[at++] = (sum + 2) >> 2;
      }
    }
  }
  return { bytes: small, labels, count, size: half };
}
