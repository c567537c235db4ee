import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inject } from 'vitest';

/** The root of this repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

const folder = inject('packageFolder');
const project = join(folder, 'project');
const done = join(folder, 'done');

/**
 * Installs the package that npm would publish, with tfjs and piscina, as a user does, outside of this
 * repository, from npm's cache where it can. It is done once for all test files: the first one does it, the
 * others wait.
 *
 * @returns The folder with the `node_modules`.
 */
export async function installedPackage(): Promise<string> {
  try {
    mkdirSync(join(folder, 'begun'));
  } catch {
    while (!existsSync(done)) await sleep(100);
    const failure = readFileSync(done, 'utf8');
    if (failure) throw new Error(failure);
    return project;
  }
  let failure = '';
  try {
    await install();
  } catch (error) {
    failure = `the package could not be installed: ${error}`;
    throw error;
  } finally {
    writeFileSync(done, failure);
  }
  return project;
}

async function install(): Promise<void> {
  if (!existsSync(join(root, 'dist/browser/tfjs.js'))) await start('npm', ['run', 'build'], root);
  // Its scripts serve publishing from a clone; dist is packed as it is.
  await start('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], root);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'project', private: true }));
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const beside = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu', 'piscina'];
  await start(
    'npm',
    [
      ...['install', '--prefer-offline', '--no-audit', '--no-fund', tarball()],
      ...beside.map((name) => `${name}@${devDependencies[name]}`),
    ],
    project,
  );
}

/** The packed package, for a project that installs it by itself. */
export function tarball(): string {
  return join(folder, readdirSync(folder).find((file) => file.endsWith('.tgz'))!);
}

/** A folder of the project for one test, with a package.json of this `type`. */
export function projectFolder(name: string, type: 'module' | 'commonjs' = 'module'): string {
  const path = join(project, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name, type }));
  return path;
}

/** A file of the installed package. */
export function readDist(file: string): string {
  return readFileSync(join(project, 'node_modules/perm-lmc/dist', file), 'utf8');
}

/** Runs a command to its end and returns what it prints. */
export function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

async function start(command: string, args: readonly string[], cwd: string): Promise<void> {
  await promisify(execFile)(command, args, { cwd, maxBuffer: 1 << 26 });
}
