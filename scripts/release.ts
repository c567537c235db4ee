/**
 * Prepares a release in the current folder: sets the version in package.json and in the lock file, writes the
 * changelog and deletes the changesets. It needs neither a branch nor a remote of git. The version of
 * package.json stays as it is until the changelog lists it.
 *
 *     npm run release            writes
 *     npm run release:dry        prints what it would write, and has npm rehearse the publication
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseChangeset, releaseChangelog } from './changelog';

const dry = process.argv.includes('--dry-run');
const paths = readdirSync('.changeset')
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .sort()
  .map((name) => `.changeset/${name}`);
const changesets = paths.map((path) => parseChangeset(path, readFileSync(path, 'utf8')));
const changelog = readFileSync('CHANGELOG.md', 'utf8');
const current = versionOf('package.json');
const isNew = !changelog.includes(`\n## [${current}]`);
const today = new Date().toISOString().slice(0, 10);

if (releaseChangelog(changelog, changesets, current, today) === changelog) {
  console.log('There is nothing to release: no changeset says anything, and Unreleased is empty.');
} else if (!isNew && changesets.every(({ bump }) => bump === null)) {
  throw new Error(
    `Something is unreleased, but no changeset says whether the release after ${current} is major, minor or patch.`,
  );
} else {
  if (!dry) setVersion();
  const version = dry && !isNew ? nextVersion() : versionOf('package.json');
  const released = releaseChangelog(changelog, changesets, version, today);
  if (!dry) writeFileSync('CHANGELOG.md', released);
  const [, section] = /\n(## \[(?!Unreleased)[\s\S]*?)(?=\n## \[|$(?![\s\S]))/.exec(released)!;
  console.log(section.trim());
}

function setVersion(): void {
  if (isNew) for (const path of paths) rmSync(path);
  else {
    const changeset = createRequire(import.meta.url).resolve('@changesets/cli/bin.js');
    execFileSync(process.execPath, [changeset, 'version'], { stdio: 'ignore' });
  }
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  lock.version = lock.packages[''].version = versionOf('package.json');
  writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
}

/** The version after the bumps of the changesets. */
function nextVersion(): string {
  const parts = current.split('.').map(Number);
  const bumps = changesets.map(({ bump }) => bump);
  const at = bumps.includes('major') ? 0 : bumps.includes('minor') ? 1 : 2;
  return parts.map((part, i) => (i < at ? part : i === at ? part + 1 : 0)).join('.');
}

function versionOf(path: string): string {
  return JSON.parse(readFileSync(path, 'utf8')).version;
}
