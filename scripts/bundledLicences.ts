import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin as EsbuildPlugin } from 'esbuild';
import type { Plugin as VitePlugin } from 'vite';

/** A plugin of esbuild: writes beside every output the licences of the packages that it has inside. */
export const licencesBesideOutputs: EsbuildPlugin = {
  name: 'licences-beside-outputs',
  setup({ initialOptions, onEnd }) {
    initialOptions.metafile = true;
    onEnd(({ metafile }) => {
      for (const [file, { inputs }] of Object.entries(metafile?.outputs ?? {})) {
        writeLicences(
          file,
          Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0),
        );
      }
    });
  },
};

/** A plugin of Vite: the same for the files of a bundle. */
export function licencesBesideFiles(): VitePlugin {
  let root = '';
  return {
    name: 'licences-beside-files',
    configResolved(config) {
      root = config.root;
    },
    generateBundle(_, bundle) {
      for (const output of Object.values(bundle)) {
        const source = licencesOf(
          output.type === 'asset'
            ? output.originalFileNames.map((path) => join(root, path))
            : Object.keys(output.modules).filter((path) => output.modules[path].renderedLength > 0),
        );
        const fileName = `${output.fileName}.LICENSE.txt`;
        if (source !== null) this.emitFile({ type: 'asset', fileName, source });
      }
    },
  };
}

/** Writes the licences of the packages whose modules are in a file into `<file>.LICENSE.txt`, if there are any. */
export function writeLicences(file: string, modules: readonly string[]): void {
  const licences = licencesOf(modules);
  if (licences === null) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.LICENSE.txt`, licences);
}

/**
 * The licences of the packages of these modules, of what is compiled into binaries, and those that lie beside modules
 * which were built before; null if there are none.
 */
function licencesOf(modules: readonly string[]): string | null {
  const folders = [...new Set(modules.flatMap((path) => folderOf(path) ?? []))].sort();
  const texts = folders.map((folder) => `${nameIn(folder)}\n\n${licenceIn(folder)}\n`);
  if (texts.some(needsTerms)) texts.push(readFileSync('scripts/licences/Apache-2.0.txt', 'utf8'));
  const binaries = modules.filter((path) => path.endsWith('.wasm'));
  const beside = [
    ...binaries.map((path) => `scripts/licences/${nameIn(folderOf(path)!)}.wasm.txt`),
    ...modules.map((path) => `${path}.LICENSE.txt`).filter((path) => existsSync(path)),
  ];
  const all = [...texts, ...beside.map((path) => readFileSync(path, 'utf8'))];
  return all.length === 0 ? null : all.join('\n\n');
}

/** True for a notice that refers to the Apache License and does not contain it. */
function needsTerms(notice: string): boolean {
  return notice.includes('Apache License') && !notice.includes('TERMS AND CONDITIONS FOR USE');
}

/** The folder of the package that a module belongs to; undefined for our own. */
function folderOf(path: string): string | undefined {
  return /^(.*\/)?node_modules\/(@[^/]+\/)?[^/]+/.exec(path.replace(/^\0/, ''))?.[0];
}

/**
 * The licence of a package: its file, the copy here of one that the package names and does not carry, or else the
 * notice in its sources or its README.
 */
function licenceIn(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e(\.(md|txt))?$/i.test(name));
  if (file) return read(folder, file);
  const copy = `scripts/licences/${nameIn(folder)}.txt`;
  if (existsSync(copy)) return readFileSync(copy, 'utf8').trim();
  const notice = existsSync(`${folder}/dist/index.js`)
    ? /@license\n([^=]+)/.exec(read(folder, 'dist/index.js'))?.[1].replace(/^ \* ?/gm, '')
    : /^LICENSE .*\n-+\n([\s\S]*)/m.exec(read(folder, 'README.md'))?.[1];
  if (!notice?.includes('Copyright')) throw new Error(`${folder} comes without its licence`);
  return notice.trim();
}

function nameIn(folder: string): string {
  return JSON.parse(read(folder, 'package.json')).name;
}

function read(folder: string, file: string): string {
  return readFileSync(`${folder}/${file}`, 'utf8').trim();
}
