import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { elements, fileOf, fileOfNames } from '../io/safetensorsBytes';
import { buildCommand } from './builtCommand';
import { fixture, temporaryFolder } from './checkpoints';

const command = await buildCommand();
afterAll(() => command.remove());
const at = temporaryFolder();
const [a, b] = [fixture('mlp64_A'), fixture('mlp64_B')];

/** Runs a line of bash, in which `$C` is the command; the exit codes of its pipeline, and what it showed. */
function shell(line: string) {
  const { stdout, stderr } = spawnSync(
    'bash',
    ['-c', `${line}; codes=\${PIPESTATUS[*]}; echo "codes $codes" >&2`],
    {
      encoding: 'utf8',
      env: { ...process.env, C: `${process.execPath} ${command.path}` },
    },
  );
  const [, shown, codes] = /^(.*)codes ([\d ]+)\n$/s.exec(stderr)!;
  return { codes: codes.split(' ').map(Number), stdout, stderr: shown };
}

/** A checkpoint with a value that is not a number, and names enough to fill a pipe. */
function withNaN(): string {
  const names = Array.from({ length: 2000 }, (_, i) => `layers.${i}.some.long.name.of.a.weight`);
  const header = Object.fromEntries(
    names.map((name, i) => [name, { dtype: 'F32', shape: [1], data_offsets: [4 * i, 4 * i + 4] }]),
  );
  const bytes = elements(2000, 4, (view, offset) => view.setFloat32(offset, Number.NaN, true));
  writeFileSync(at('nan'), fileOf(header, bytes));
  return at('nan');
}

const isLinux = process.platform === 'linux';

describe.skipIf(!isLinux)('the exit code is that of the work', () => {
  const nan = withNaN();
  const full =
    'perm-lmc: standard output could not be written: ENOSPC: no space left on device, write\n';

  it.each<[string, string, number, string]>([
    ['where the reader of errors is gone', '$C inspect missing 2>&1 | true', 2, ''],
    [
      'where the reader of errors alone is gone',
      '{ $C inspect missing 3>&1 1>&4 2>&3 3>&- | true; } 4>&1',
      2,
      '',
    ],
    ['where a reader stops early', `$C inspect --values ${nan} | head -c 1`, 2, ''],
    ['of work that is done, where the reader is gone', `$C inspect ${nan} | true`, 0, ''],
    ['of work that is done, where a reader stops early', `$C inspect ${nan} | head -c 1`, 0, ''],
    ['1 where a full disk cuts the result', '$C spec mlp:3 >/dev/full', 1, full],
    [
      '2 where a full disk cuts the result of a failure',
      `$C inspect --values ${nan} >/dev/full`,
      2,
      full,
    ],
    ['2 where a full disk takes no error', '$C inspect missing 2>/dev/full', 2, ''],
    [
      '1 where a full disk takes no warning',
      `$C merge ${a} ${b} --spec mlp:3 -o ${at('m1')} --progress >/dev/null 2>/dev/full`,
      1,
      '',
    ],
    ['of work that is done, where the streams are closed', `$C inspect ${nan} >&- 2>&-`, 0, ''],
    ['of a failure, where the streams are closed', '$C inspect missing >&- 2>&-', 2, ''],
    ['of help, where the reader is gone', '$C --help | true', 0, ''],
    ['of a wrong command line, where the reader is gone', '$C align --sed 2>&1 | true', 2, ''],
  ])('%s', (_, line, code, message) => {
    const { codes, stderr } = shell(line);
    expect([codes[0], stderr]).toEqual([code, message]);
  });

  it('of a merge whose reader is gone, which is written', () => {
    const { codes } = shell(
      `$C merge ${a} ${b} --spec mlp:3 -o ${at('m2')} --progress 2>&1 | true`,
    );
    expect(codes[0]).toBe(0);
    expect(readdirSync(at('.')).filter((name) => /^m2|tmp$/.test(name))).toEqual(['m2']);
  });

  it('of a result longer than a pipe holds, which a slow reader gets whole', () => {
    const { codes, stdout } = shell(`$C inspect ${nan} | (sleep 0.5; cat)`);
    expect(codes).toEqual([0, 0]);
    expect(JSON.parse(stdout).tensors).toHaveLength(2000);
  });

  it('of a result through a pipe that does not wait, which is read whole', () => {
    // Reading opens the pipe so that writes to it do not wait, for both ends.
    const relay = `${process.execPath} -e 'setTimeout(() => process.stdin.pipe(process.stdout), 500)'`;
    const { codes, stdout } = shell(`$C inspect ${nan} | ${relay}`);
    expect(codes).toEqual([0, 0]);
    expect(JSON.parse(stdout).tensors).toHaveLength(2000);
  });
});

describe.skipIf(!isLinux)('too little memory', () => {
  it('ends with 1, and says how to allow more', () => {
    writeFileSync(at('many'), fileOfNames(Array.from({ length: 1e5 }, (_, i) => `name.${i}`)));
    const { codes, stdout, stderr } = shell(
      `NODE_OPTIONS=--max-old-space-size=20 $C inspect ${at('many')}`,
    );
    expect([codes, stdout]).toEqual([[1], '']);
    expect(stderr).toMatch(
      /^perm-lmc: out of memory: \d+ MiB are not enough\. NODE_OPTIONS=--max-old-space-size=\d+ allows twice as much\n$/,
    );
  });
});
