import { writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Writes a module that hands on the tfjs which a page has loaded by script tags, the global `tf`, to what
 * imports `@tensorflow/tfjs-core`: an import map sends it there.
 */
export async function writeBrowserTfjs(path: string): Promise<void> {
  // In Node tfjs is CommonJS, whose namespace has names of Node's besides.
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
