import type { Plugin } from 'vite';
import { cifarSample } from '../../support/cifar';
import { binaryFilePlugin } from './binaryFile';

/**
 * Adds `photographs.bin` to the page: the first test images of CIFAR-10. It has their number (uint32,
 * little-endian), then the bytes [count, 32, 32, 3] and the labels.
 */
export function photographsPlugin(count: number): Plugin {
  return binaryFilePlugin('photographs.bin', () => {
    const { bytes, labels } = cifarSample(0, count);
    const header = Buffer.alloc(4);
    header.writeUInt32LE(count, 0);
    return Buffer.concat([header, bytes, Uint8Array.from(labels)]);
  });
}
