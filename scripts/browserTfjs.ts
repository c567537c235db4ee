import { writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Writes a module that exports the global `tf`, which a page has loaded by script tags. An import map
 * resolves `@tensorflow/tfjs-core` to it.
 */
export async function writeBrowserTfjs(path: string): Promise<void> {
  // In Node tfjs is CommonJS, whose namespace also has names of Node's.
  const names = Object.keys(tf).filter((name) => /^\w+$/.test(name) && name !== 'default');
  writeFileSync(
    path,
    `const { tf } = globalThis;
if (!tf) {
  throw new Error(
    'perm-lmc/dist/browser/tfjs.js: the page has no global tf. Load tfjs by script tags before this module.',
  );
}
export default tf;
export const { ${names.sort().join(', ')} } = tf;
`,
  );
}
