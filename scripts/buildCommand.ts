import { chmodSync, copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type InlineConfig } from 'vite';
import { licencesBesideFiles, writeLicences } from './bundledLicences';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** The packages of tfjs that users install. */
const tfjs = ['core', 'layers', 'converter'].map((name) => `@tensorflow/tfjs-${name}`);

/** The binary of tfjs's backend. Every Node that the package supports has SIMD; in Node, the backend uses no threads. */
const wasm = 'tfjs-backend-wasm-simd.wasm';

/**
 * Builds the command: `cli.js` with its packages inside and tfjs's backends beside it, in files that are
 * loaded when they are needed, and piscina's worker in a folder of its own. Users need not install packages
 * that only the command uses. tfjs-core stays a peer, and the command starts without loading it.
 *
 * Rolldown builds it, because esbuild would keep modules with tfjs and without it in one file where both
 * the start of the command and a part that is loaded later lead to them.
 */
export async function buildCommand(folder: string): Promise<void> {
  await build(
    bundle('src/cli/main.ts', folder, {
      define: {
        PACKAGE_VERSION: JSON.stringify(version),
        WASM_FOLDER: JSON.stringify('./'),
      },
      entry: 'cli.js',
      // piscina finds its worker in `__dirname`, a name of CommonJS.
      banner: dirname('./pool/'),
    }),
  );
  await build(
    bundle('node_modules/piscina/dist/worker.js', join(folder, 'pool'), {
      entry: 'worker.js',
      banner: dirname('./'),
    }),
  );
  chmodSync(join(folder, 'cli.js'), 0o755);
  const binary = `node_modules/@tensorflow/tfjs-backend-wasm/dist/${wasm}`;
  copyFileSync(binary, join(folder, wasm));
  writeLicences(join(folder, wasm), [binary]);
}

function bundle(
  input: string,
  folder: string,
  {
    define = {},
    entry,
    banner,
  }: { define?: Record<string, string>; entry: string; banner: string },
): InlineConfig {
  return {
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define,
    plugins: [licencesBesideFiles()],
    ssr: { noExternal: true, external: [...tfjs, 'h5wasm', '@napi-rs/nice'] },
    build: {
      ssr: input,
      outDir: folder,
      emptyOutDir: false,
      target: 'es2022',
      rolldownOptions: {
        output: {
          entryFileNames: entry,
          chunkFileNames: 'cli-[name].js',
          banner,
        },
      },
    },
  };
}

function dirname(folder: string): string {
  return [
    "import { fileURLToPath as toOwnPath } from 'node:url';",
    `const __dirname = toOwnPath(new URL('${folder}', import.meta.url));`,
  ].join('\n');
}
