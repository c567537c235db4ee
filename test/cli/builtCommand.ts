import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCommand as buildInto } from '../../scripts/buildCommand';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The command as the package has it, built from the sources as they are now. */
export interface BuiltCommand {
  /** The path of `cli.js`. */
  readonly path: string;
  remove(): void;
}

/** Builds the command into a folder of its own below the project, where its packages are found. */
export async function buildCommand(): Promise<BuiltCommand> {
  const folder = mkdtempSync(join(root, 'node_modules', '.perm-lmc-command-'));
  await buildInto(folder);
  copyFileSync(join(root, 'src/node/matchThread.js'), join(folder, 'matchThread.js'));
  return { path: join(folder, 'cli.js'), remove: () => rmSync(folder, { recursive: true }) };
}
