import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/**
 * The modules of src that code which runs is made of, by the path that they get in dist without its ending:
 * the entry points and what they import, types left out.
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
 * Leaves modules as they are divided in src: an import of another module stays an import, of its file in dist.
 * So a bundler takes of the package what is used, module by module, and with it only the packages which that
 * needs. From one large file it would have to take every package that anything in it imports.
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
