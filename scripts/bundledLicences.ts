import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** The packages inside built files. */
export const packagesInside = {
  library: [/^d3-/, 'internmap', /^@bufbuild\//],
  browser: [/^d3-/, 'internmap', /^@bufbuild\//, 'munkres-js'],
};

/** Writes the licences of packages and of their dependencies, which the licences require beside a built file. */
export async function writeLicences(path: string, packages: readonly string[]): Promise<void> {
  const texts = [...withDependencies(packages)]
    .sort()
    .map((name) => `${name}\n\n${readFileSync(licenceOf(name), 'utf8').trim()}\n`);
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

/** The licence in the package, or the copy here of one that the package names and does not carry. */
function licenceOf(name: string): string {
  const own = fileOf(name, 'LICENSE');
  return existsSync(own) ? own : `scripts/licences/${name}.txt`;
}

function fileOf(name: string, file: string): string {
  return `node_modules/${name}/${file}`;
}
