import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseChangeset, releaseChangelog } from '../../scripts/changelog';
import { root, run } from '../support/installedPackage';

const today = new Date().toISOString().slice(0, 10);
const minor = '---\n"perm-lmc": minor\n---\n\n### Added\n\n- `b`.\n\n### Fixed\n\n- c.\n';
const patch = "---\n'perm-lmc': patch\n---\n\n### Fixed\n\n- d,\n  in two lines.\n";

/** A changelog with one release, and lines that are unreleased. */
const changelog = (unreleased: string) =>
  `# Changelog\n\nAll changes.\n\n## [Unreleased]\n${unreleased}\n## [0.1.0] - 2026-01-01\n\n### Added\n\n- All.\n`;

describe('the changelog of a release', () => {
  it('joins what was unreleased and the changesets heading by heading, above the releases before', () => {
    const changesets = [parseChangeset('one', minor), parseChangeset('two', patch)];
    const before = changelog('\n### Fixed\n\n- a.\n');
    expect(releaseChangelog(before, changesets, '0.2.0', '2026-02-03')).toBe(
      changelog(
        '\n## [0.2.0] - 2026-02-03\n\n### Added\n\n- `b`.\n\n### Fixed\n\n- a.\n- c.\n- d,\n  in two lines.\n',
      ),
    );
  });

  it('can be the first', () => {
    const before = '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- All.\n';
    expect(releaseChangelog(before, [], '0.1.0', '2026-01-01')).toBe(
      '# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n\n### Added\n\n- All.\n',
    );
  });

  it('stays as it is where nothing is unreleased', () => {
    expect(releaseChangelog(changelog(''), [], '0.2.0', today)).toBe(changelog(''));
  });

  it.each([
    ['no front matter', '### Added\n\n- x.\n', 'does not begin as a changeset'],
    ['another package', '---\n"other": minor\n---\n\n### Added\n\n- x.\n', 'does not begin'],
    ['no bump', '---\n---\n\n### Added\n\n- x.\n', 'does not say whether'],
    ['no line', '---\n"perm-lmc": patch\n---\n\n### Added\n', 'says nothing'],
    ['no heading', '---\n"perm-lmc": patch\n---\n\n- x.\n', 'a line under no heading'],
    ['a heading of its own', '---\n"perm-lmc": patch\n---\n\n### New\n\n- x.\n', '"New"'],
  ])('takes no changeset with %s, and says which file it is', (_, file, problem) => {
    expect(() => parseChangeset('odd.md', file)).toThrow(problem);
    expect(() => parseChangeset('odd.md', file)).toThrow('odd.md');
  });
});

describe('npm run release, in a clone with a detached head, without remotes and without the main branch', () => {
  let clone: string;

  beforeEach(() => {
    clone = mkdtempSync(join(tmpdir(), 'perm-lmc-release-'));
    mkdirSync(join(clone, '.changeset'));
    for (const name of ['config.json', 'README.md']) {
      cpSync(join(root, '.changeset', name), join(clone, '.changeset', name));
    }
    const manifest = { name: 'perm-lmc', version: '0.1.0' };
    write('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
    write('package-lock.json', JSON.stringify({ ...manifest, packages: { '': manifest } }));
    const git = (...args: string[]) =>
      run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], clone);
    git('init', '--quiet', '--initial-branch', 'work');
    git('add', '.');
    git('commit', '--quiet', '--message', 'All');
    git('checkout', '--quiet', '--detach');
  });
  afterEach(() => rmSync(clone, { recursive: true }));

  const write = (path: string, text: string) => writeFileSync(join(clone, path), text);
  const read = (path: string) => readFileSync(join(clone, path), 'utf8');
  const release = (...args: string[]) =>
    spawnSync(
      process.execPath,
      [join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, 'scripts/release.ts'), ...args],
      { cwd: clone, encoding: 'utf8' },
    );
  const state = () => [
    readdirSync(join(clone, '.changeset')).sort(),
    ...['package.json', 'package-lock.json', 'CHANGELOG.md'].map(read),
  ];

  it('raises the version by the greatest bump, writes the changelog and takes the changesets away', () => {
    write('CHANGELOG.md', changelog('\n### Fixed\n\n- a.\n'));
    write('.changeset/one.md', minor);
    write('.changeset/two.md', patch);
    const before = state();
    const rehearsed = release('--dry-run');
    expect(rehearsed.stderr).toBe('');
    expect(rehearsed.stdout).toContain(`## [0.2.0] - ${today}\n\n### Added\n\n- \`b\`.`);
    expect(state()).toEqual(before);

    const { stdout, stderr } = release();
    expect(stderr).toBe('');
    expect(stdout).toBe(rehearsed.stdout);
    expect(read('CHANGELOG.md')).toContain(`## [Unreleased]\n\n${stdout}`);
    expect(readdirSync(join(clone, '.changeset')).sort()).toEqual(['README.md', 'config.json']);
    expect(JSON.parse(read('package.json')).version).toBe('0.2.0');
    const lock = JSON.parse(read('package-lock.json'));
    expect([lock.version, lock.packages[''].version]).toEqual(['0.2.0', '0.2.0']);
  });

  it('takes the version as it is as long as the changelog does not know it', () => {
    write('CHANGELOG.md', '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- All.\n');
    write('.changeset/one.md', minor);
    expect(release().stdout).toContain(`## [0.1.0] - ${today}\n\n### Added\n\n- All.\n- \`b\`.`);
    expect(JSON.parse(read('package.json')).version).toBe('0.1.0');
    expect(readdirSync(join(clone, '.changeset')).sort()).toEqual(['README.md', 'config.json']);
  });

  it('asks for a changeset where lines are unreleased and none says what the version becomes', () => {
    write('CHANGELOG.md', changelog('\n### Fixed\n\n- a.\n'));
    const { status, stderr } = release();
    expect(status).not.toBe(0);
    expect(stderr).toContain('no changeset says whether the release after 0.1.0 is major');
  });

  it('has nothing to do where nothing is unreleased', () => {
    write('CHANGELOG.md', changelog(''));
    const before = state();
    expect(release()).toMatchObject({ status: 0, stderr: '' });
    expect(state()).toEqual(before);
  });
});

it('every changeset of this repository can be read', () => {
  const folder = join(root, '.changeset');
  const names = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');
  for (const name of names) parseChangeset(name, readFileSync(join(folder, name), 'utf8'));
  const [, example] = /```md\n([\s\S]*?)```/.exec(readFileSync(join(folder, 'README.md'), 'utf8'))!;
  expect(parseChangeset('README.md', example).bump).toBe('minor');
});
