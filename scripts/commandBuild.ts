import { readFileSync } from 'node:fs';
import type { Options } from 'tsup';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

const shared: Options = {
  format: 'esm',
  target: 'es2022',
  platform: 'node',
  external: ['@tensorflow/tfjs-core', '@napi-rs/nice'],
  noExternal: ['commander', 'piscina'],
  splitting: false,
  sourcemap: true,
  removeNodeProtocol: false,
};

/** Names that CommonJS needs inside an ES module; piscina finds its worker in `__dirname`. */
const forCommonJs = (folder: string) => ({
  js: [
    "import { createRequire as createOwnRequire } from 'node:module';",
    "import { fileURLToPath as toOwnPath } from 'node:url';",
    'const require = createOwnRequire(import.meta.url);',
    `const __dirname = toOwnPath(new URL('${folder}', import.meta.url));`,
  ].join('\n'),
});

/**
 * Builds of the command: one file, with commander and piscina inside and without tfjs, and piscina's worker
 * in a folder beside it. Users of the library need not install packages that only the command uses, and the
 * command starts without loading tfjs, which it does not use.
 */
export const commandBuilds: readonly Options[] = [
  {
    ...shared,
    entry: { cli: 'src/cli/main.ts' },
    define: { PACKAGE_VERSION: JSON.stringify(version) },
    banner: forCommonJs('./pool/'),
  },
  {
    ...shared,
    entry: { 'pool/worker': 'node_modules/piscina/dist/worker.js' },
    banner: forCommonJs('./'),
  },
];
