import type { Plugin } from 'vite';
import { type LabelledImages, loadMnist } from '../../support/mnist';
import { binaryFilePlugin } from './binaryFile';

/**
 * Adds `digits.bin` to the page: the first images of MNIST. It has the numbers of training and test images
 * (uint32, little-endian), then the pixels (a byte each) and labels of each set.
 */
export function digitsPlugin(counts: { train: number; test: number }): Plugin {
  return binaryFilePlugin('digits.bin', () => {
    const { train, test } = loadMnist(counts);
    const header = Buffer.alloc(8);
    header.writeUInt32LE(train.count, 0);
    header.writeUInt32LE(test.count, 4);
    return Buffer.concat([header, bytesOf(train), bytesOf(test)]);
  });
}

function bytesOf({ images, labels }: LabelledImages): Uint8Array {
  return Buffer.concat([
    Uint8Array.from(images, (pixel) => Math.round(255 * pixel)),
    Uint8Array.from(labels),
  ]);
}
