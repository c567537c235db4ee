import { readFileSync, writeFileSync } from 'node:fs';

/** The packages that CommonJS files have inside. */
export const bundled = [/^d3-/, 'internmap'];

/** Writes the licences of those packages beside the files that have them inside, as they ask for. */
export async function writeLicences(): Promise<void> {
  const texts = [...withDependencies(['d3-scale', 'd3-shape'])]
    .sort()
    .map((name) => `${name}\n\n${readFileSync(fileOf(name, 'LICENSE'), 'utf8').trim()}\n`);
  writeFileSync('dist/plots.cjs.LICENSE.txt', texts.join('\n\n'));
}

function withDependencies(names: readonly string[], found = new Set<string>()): Set<string> {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    const { dependencies = {} } = JSON.parse(readFileSync(fileOf(name, 'package.json'), 'utf8'));
    withDependencies(Object.keys(dependencies), found);
  }
  return found;
}

function fileOf(name: string, file: string): string {
  return `node_modules/${name}/${file}`;
}
