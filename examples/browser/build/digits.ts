import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import { type LabelledImages, loadMnist } from '../../support/mnist';

const FILE = 'digits.bin';

/**
 * Adds `digits.bin` to the page: the first images of MNIST, compressed by gzip. It has the numbers of
 * training and test images (uint32, little-endian), then the pixels (a byte each) and labels of each set.
 */
export function digitsPlugin(counts: { train: number; test: number }): Plugin {
  return {
    name: 'perm-lmc:digits',
    configureServer(server) {
      const bytes = digitsFile(counts);
      server.middlewares.use((request, response, next) => {
        if (!request.url?.endsWith(`/${FILE}`)) return next();
        response.setHeader('content-type', 'application/octet-stream');
        response.end(bytes);
      });
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: FILE, source: digitsFile(counts) });
    },
  };
}

function digitsFile(counts: { train: number; test: number }): Uint8Array {
  const { train, test } = loadMnist(counts);
  const header = Buffer.alloc(8);
  header.writeUInt32LE(train.count, 0);
  header.writeUInt32LE(test.count, 4);
  return gzipSync(Buffer.concat([header, bytesOf(train), bytesOf(test)]), { level: 6 });
}

function bytesOf({ images, labels }: LabelledImages): Uint8Array {
  return Buffer.concat([
    Uint8Array.from(images, (pixel) => Math.round(255 * pixel)),
    Uint8Array.from(labels),
  ]);
}
