import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/**
 * The modules of src that contain code: the entry points and their imports, without types. The keys are
 * their paths in dist without the ending.
 */
export async function modulesOf(entryPoints: readonly string[]): Promise<Record<string, string>> {
  const { metafile } = await build({
    entryPoints: [...entryPoints],
    outdir: 'dist',
    bundle: true,
    packages: 'external',
    format: 'esm',
    metafile: true,
    write: false,
  });
  return Object.fromEntries(
    Object.keys(metafile.inputs).map((file) => [file.replace(/^src\/|\.ts$/g, ''), file]),
  );
}

/**
 * Keeps the modules of src apart: an import of another module stays an import, of its file in dist. So a
 * bundler takes the modules that are used, and only the packages that these import. From one large file it
 * would take every package that anything in it imports.
 */
export const keepModules: Plugin = {
  name: 'keep-modules',
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\// }, ({ kind, path, resolveDir }) => {
      if (kind === 'entry-point') return null;
      const isFile = existsSync(join(resolveDir, `${path}.ts`));
      return { path: isFile ? `${path}.js` : `${path}/index.js`, external: true };
    });
  },
};
