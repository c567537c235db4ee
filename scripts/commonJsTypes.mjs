/**
 * Copies the types in dist for CommonJS, under the names that TypeScript expects there: the same types,
 * with imports that end in `.cjs`. A second run of tsup would double the time of a build.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
for (const file of readdirSync(dist, { recursive: true })) {
  if (!file.endsWith('.d.ts')) continue;
  const types = readFileSync(`${dist}${file}`, 'utf8');
  const ofCommonJs = types.replace(/(from '\.{1,2}\/[^']+)\.js'/g, "$1.cjs'");
  writeFileSync(`${dist}${file.replace(/\.ts$/, '.cts')}`, ofCommonJs);
}
