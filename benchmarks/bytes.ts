/**
 * How many bytes does the package add to an application? Each entry point, and single imports from it,
 * bundled and minified with esbuild, raw and with gzip; what package.json depends on (tfjs-core,
 * munkres-js) and Node's own modules stay outside. Single imports show what tree-shaking leaves.
 *
 *     npm run bench bytes
 */
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { row } from './support/table';

const root = fileURLToPath(new URL('../', import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
const programs: Record<string, string> = {
  'perm-lmc': "export * from 'perm-lmc'",
  'perm-lmc/node': "export * from 'perm-lmc/node'",
  ...Object.fromEntries(
    [
      'barrier',
      'permute, permutationSpec',
      'weightMatch',
      'solveAssignment',
      'shortestAugmentingPath',
      'parseSafetensors',
    ].map((names) => [`{ ${names} }`, `export { ${names} } from 'perm-lmc'`]),
  ),
};
const columns = [30, 12, 12];

console.log(row(columns, 'import', 'raw bytes', 'gzip bytes'));
for (const [name, contents] of Object.entries(programs)) {
  const code = await bundle(contents);
  console.log(row(columns, name, `${code.length}`, `${gzipSync(code, { level: 9 }).length}`));
}

async function bundle(contents: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    external: [...dependencies, ...builtinModules],
  });
  return outputFiles[0].contents;
}
