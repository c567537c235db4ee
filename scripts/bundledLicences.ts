import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** The packages inside built files. */
export const packagesInside = {
  library: [/^d3-/, 'internmap', /^@bufbuild\//],
  browser: [/^d3-/, 'internmap', /^@bufbuild\//, 'munkres-js'],
};

/** Writes the licences of packages and of their dependencies, which the licences require beside a built file. */
export async function writeLicences(path: string, packages: readonly string[]): Promise<void> {
  const names = [...withDependencies(packages)].sort();
  const texts = names.map((name) => `${name}\n\n${licenceOf(name)}\n`);
  const isApache = (name: string) => packageOf(name).license === 'Apache-2.0';
  if (names.some(isApache)) texts.push(readFileSync('scripts/licences/Apache-2.0.txt', 'utf8'));
  writeFileSync(path, texts.join('\n\n'));
}

function withDependencies(names: readonly string[], found = new Set<string>()): Set<string> {
  for (const name of names) {
    if (found.has(name) || name.startsWith('@types/')) continue;
    found.add(name);
    withDependencies(Object.keys(packageOf(name).dependencies ?? {}), found);
  }
  return found;
}

/**
 * The licence of a package: its file, the copy here of one that the package names and does not carry, or else the
 * notice in its sources or its README.
 */
function licenceOf(name: string): string {
  const file = ['LICENSE', 'license'].find((own) => existsSync(fileOf(name, own)));
  if (file !== undefined) return read(name, file);
  const copy = `scripts/licences/${name}.txt`;
  if (existsSync(copy)) return readFileSync(copy, 'utf8').trim();
  const notice = existsSync(fileOf(name, 'dist/index.js'))
    ? /@license\n([^=]+)/.exec(read(name, 'dist/index.js'))?.[1].replace(/^ \* ?/gm, '')
    : /^LICENSE .*\n-+\n([\s\S]*)/m.exec(read(name, 'README.md'))?.[1];
  if (!notice?.includes('Copyright')) throw new Error(`${name} comes without its licence`);
  return notice.trim();
}

function packageOf(name: string): { license?: string; dependencies?: Record<string, string> } {
  return JSON.parse(read(name, 'package.json'));
}

function read(name: string, file: string): string {
  return readFileSync(fileOf(name, file), 'utf8').trim();
}

function fileOf(name: string, file: string): string {
  return `node_modules/${name}/${file}`;
}
