import { readFileSync, writeFileSync } from 'node:fs';

/** The packages that CommonJS files have inside. */
export const bundled = [/^d3-/, 'internmap'];

/** The files that have packages inside, with those that they ask for. */
const filesWithPackages = {
  'plots.cjs': ['d3-scale', 'd3-shape'],
  'cli.js': ['commander'],
};

/** Writes the licences of those packages beside the files that have them inside, as they ask for. */
export async function writeLicences(): Promise<void> {
  for (const [file, packages] of Object.entries(filesWithPackages)) {
    const texts = [...withDependencies(packages)]
      .sort()
      .map((name) => `${name}\n\n${readFileSync(fileOf(name, 'LICENSE'), 'utf8').trim()}\n`);
    writeFileSync(`dist/${file}.LICENSE.txt`, texts.join('\n\n'));
  }
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
