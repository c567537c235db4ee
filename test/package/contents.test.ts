/** The contents of the package that npm publishes: licences of others' code, source maps, and sizes. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { installedPackage, readDist, tarball } from '../support/installedPackage';

let dist: string;
let files: string[];

beforeAll(async () => {
  dist = join(await installedPackage(), 'node_modules/perm-lmc/dist');
  files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(dist, file)).isFile(),
  );
}, 180_000);

describe('packages inside files of the package', () => {
  it('come with their licences beside the file', () => {
    for (const file of files.filter((each) => /\.(js|cjs)$/.test(each))) {
      const names = packagesInside(file);
      if (names.length === 0) continue;
      const licences = readDist(`${file}.LICENSE.txt`);
      expect(licencesIn(licences), file).toEqual(expect.arrayContaining(names));
      if (/apache/i.test(licences)) expect(licences).toContain('TERMS AND CONDITIONS FOR USE');
    }
  });

  it('are recognised', () => {
    const inside = (some: RegExp) =>
      new Set(files.filter((file) => some.test(file)).flatMap(packagesInside));
    for (const [some, known] of [
      [/^browser\/.*\.js$/, ['@bufbuild/protobuf', 'd3-scale', 'munkres-js']],
      [/^plots\/(d3\.js|index\.cjs)$/, ['d3-array', 'd3-scale', 'd3-shape']],
      [/^onnx\/.*\.js$/, ['@bufbuild/protobuf']],
      [/^chunk-.*\.cjs$/, ['@bufbuild/protobuf']],
      [/^node\/pool\/.*\.js$/, ['piscina']],
      [
        /^node\/cli.*\.js$/,
        [
          ...[
            '@bufbuild/protobuf',
            '@tensorflow/tfjs-backend-cpu',
            '@tensorflow/tfjs-backend-wasm',
          ],
          ...['commander', 'd3-shape', 'get-east-asian-width', 'piscina', 'seedrandom'],
        ],
      ],
    ] as const) {
      expect([...inside(some)], String(some)).toEqual(expect.arrayContaining([...known]));
    }
  });

  it('that are compiled into a binary come with theirs, too', () => {
    const binaries = files.filter((file) => file.endsWith('.wasm'));
    expect(binaries).toEqual(['node/tfjs-backend-wasm-simd.wasm']);
    const licences = readDist(`${binaries[0]}.LICENSE.txt`);
    for (const name of ['@tensorflow/tfjs-backend-wasm', 'XNNPACK', 'pthreadpool', 'Emscripten']) {
      expect(licences).toMatch(new RegExp(`^${name}\\b`, 'm'));
    }
    expect(licences).toContain('TERMS AND CONDITIONS FOR USE');
  });
});

describe('the size of the package', () => {
  it('is at most 3.9 MB packed and 15 MB installed', () => {
    expect(statSync(tarball()).size).toBeLessThan(3.9e6);
    const sizes = files.map((file) => statSync(join(dist, file)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(15e6);
  });

  it('has source maps only for minified files, with the sources in them', () => {
    const maps = files.filter((file) => file.endsWith('.map'));
    const minified = files.filter(
      (file) => /^browser\/.*\.js$/.test(file) && file !== 'browser/tfjs.js',
    );
    expect(maps.sort()).toEqual(minified.map((file) => `${file}.map`).sort());
    for (const file of files.filter((each) => /\.(js|cjs)$/.test(each))) {
      expect(readDist(file).includes('//# sourceMappingURL='), file).toBe(minified.includes(file));
    }
    for (const map of maps) {
      const { sources, sourcesContent } = JSON.parse(readDist(map));
      expect(sourcesContent).toHaveLength(sources.length);
    }
  });
});

/** The packages whose code is in a file: by its source map, or else by the comments of esbuild and Rolldown. */
function packagesInside(file: string): string[] {
  const text = readDist(file);
  const sources: string[] = existsSync(join(dist, `${file}.map`))
    ? JSON.parse(readDist(`${file}.map`)).sources
    : [...text.matchAll(/^\s*\/\/(?:#region)? (\S+)$/gm)].map(([, source]) => source);
  const names = sources.map((source) => /node_modules\/((?:@[\w-]+\/)?[\w-]+)\//.exec(source)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** The packages that a file of licences names, each with a notice of copyright. */
function licencesIn(text: string): string[] {
  const notices = text.matchAll(/^(@?[\w-]+(?:\/[\w-]+)?)\n\n(?:.*Licen[cs]e.*\n\n)?Copyright/gm);
  return [...notices].map(([, name]) => name).sort();
}
