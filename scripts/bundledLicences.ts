import { readFileSync, writeFileSync } from 'node:fs';

/** The packages inside built files. */
export const packagesInside = {
  library: [/^d3-/, 'internmap', /^@bufbuild\//],
  browser: [/^d3-/, 'internmap', /^@bufbuild\//, 'munkres-js'],
};

/** Writes the licences of packages and of their dependencies, which the licences require beside a built file. */
export async function writeLicences(path: string, packages: readonly string[]): Promise<void> {
  const texts = [...withDependencies(packages)]
    .sort()
    .map((name) => `${name}\n\n${readFileSync(fileOf(name, 'LICENSE'), 'utf8').trim()}\n`);
  writeFileSync(path, texts.join('\n\n'));
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
