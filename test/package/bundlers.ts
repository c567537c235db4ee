import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as esbuild from 'esbuild';
import * as vite from 'vite';
import webpack from 'webpack';

/** Bundles `main.js` of a folder into its folder `out`, with an `index.html` that runs the bundle. */
export type Bundler = (folder: string) => Promise<Bundle>;

/** The result of a bundler. */
export interface Bundle {
  /** The files that something in the bundle comes from. */
  readonly modules: readonly string[];
}

/** The bundlers with which the package is tested, for a browser and for production. */
export const bundlers: Record<'esbuild' | 'Vite' | 'webpack', Bundler> = {
  async esbuild(folder) {
    const { metafile } = await esbuild.build({
      ...{ entryPoints: [join(folder, 'main.js')], outfile: join(folder, 'out/main.js') },
      ...{ bundle: true, format: 'esm', minify: true, metafile: true },
    });
    writePage(folder, 'out/main.js', 'out/index.html');
    return { modules: modulesOf(metafile) };
  },

  async Vite(folder) {
    writePage(folder, 'main.js', 'index.html');
    const modules: string[] = [];
    await vite.build({
      ...{ root: folder, base: './', configFile: false, logLevel: 'silent' },
      build: { outDir: 'out', chunkSizeWarningLimit: 10_000 },
      plugins: [
        {
          name: 'modules',
          generateBundle(_, outputs) {
            for (const output of Object.values(outputs)) {
              if (output.type !== 'chunk') continue;
              const used = Object.entries(output.modules).filter(([, m]) => m.renderedLength > 0);
              modules.push(...used.map(([id]) => id));
            }
          },
        },
      ],
    });
    return { modules };
  },

  async webpack(folder) {
    const compiler = webpack({
      ...{ mode: 'production', context: folder, entry: './main.js' },
      output: { path: join(folder, 'out'), filename: 'main.js' },
      // It takes most of the time, and esbuild and Vite do it here.
      optimization: { minimize: false },
    })!;
    const stats = await promisify(compiler.run.bind(compiler))();
    await promisify(compiler.close.bind(compiler))();
    if (stats!.hasErrors()) throw new Error(stats!.toString('errors-only'));
    writePage(folder, 'out/main.js', 'out/index.html');
    const { modules = [] } = stats!.toJson({
      ...{ all: false, modules: true, nestedModules: true, modulesSpace: Infinity },
      ...{ nestedModulesSpace: Infinity, ids: true, groupModulesByPath: false },
    });
    const named = (list: readonly webpack.StatsModule[]): string[] =>
      list.flatMap((module) =>
        module.modules ? named(module.modules) : [module.nameForCondition ?? module.name ?? ''],
      );
    return { modules: named(modules.filter(({ orphan }) => !orphan)) };
  },
};

/** The files that something in what esbuild has written comes from. */
export function modulesOf({ outputs }: esbuild.Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? file : [])),
  );
}

function writePage(folder: string, script: string, page: string): void {
  const source = script.slice(script.lastIndexOf('/') + 1);
  writeFileSync(
    join(folder, page),
    `<!doctype html><meta charset="utf-8"><script type="module" src="./${source}"></script>`,
  );
}
