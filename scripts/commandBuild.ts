import { readFileSync } from 'node:fs';
import type { Options } from 'tsup';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/**
 * How the command line program is built: one file, with commander inside and without tfjs. Who
 * installs the library, in a browser most of the time, need not install what only the command uses; and
 * the command starts without loading tfjs, of which it uses nothing.
 */
export const commandBuild: Options = {
  entry: { cli: 'src/cli/main.ts' },
  format: 'esm',
  target: 'es2022',
  platform: 'node',
  external: ['piscina', '@tensorflow/tfjs-core'],
  splitting: false,
  sourcemap: true,
  removeNodeProtocol: false,
  define: { PACKAGE_VERSION: JSON.stringify(version) },
  // commander is CommonJS and asks for modules of Node by `require`.
  banner: {
    js: "import { createRequire as createOwnRequire } from 'node:module';\nconst require = createOwnRequire(import.meta.url);",
  },
};
