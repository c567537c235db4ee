import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixture, temporaryFolder } from './checkpoints';
import { run } from './session';

const at = temporaryFolder();
const [a, b] = [fixture('mlp64_A'), fixture('mlp64_B')];
const isPosix = process.platform !== 'win32';
if (isPosix) {
  execFileSync('mkfifo', [at('pipe'), at('pipe.npz'), at('pipe.onnx')]);
  symlinkSync('/dev/zero', at('zero'));
}
mkdirSync(at('out'));

/** Command lines with a path in place of each of their files. */
const lines: Readonly<Record<string, (path: string) => string[]>> = {
  'a checkpoint': (path) => ['inspect', path],
  'a spec': (path) => ['align', a, b, '--spec', path, '-o', at('out/p.json')],
  'a spec to show': (path) => ['spec', path],
  permutations: (path) => [
    ...['permute', a, '--spec', 'mlp:3', '--permutations', path],
    ...['-o', at('out/m.safetensors')],
  ],
  'the state of a match': (path) => [
    ...['align', a, b, '--spec', 'mlp:3', '--resume', path],
    ...['-o', at('out/p.json')],
  ],
};

describe.runIf(isPosix)(
  'a path that is no file ends the command with 2, its kind and a remedy:',
  () => {
    it.each(Object.entries(lines))('%s', async (_, line) => {
      for (const [path, message] of [
        [at('pipe'), 'this is a pipe, not a file. Write what the pipe gives to a file'],
        [at('zero'), 'this is a device, not a file. Pass the path of a file'],
        [at('out'), /folder/],
      ] as const) {
        const { code, err } = await run(line(path));
        expect(err).toMatch(message);
        expect(err).toContain(path);
        expect(code).toBe(2);
      }
      expect(readdirSync(at('out'))).toEqual([]);
    });

    it.each(['pipe.npz', 'pipe'])('the data of a barrier: %s', async (name) => {
      const { code, err } = await run([
        'barrier',
        a,
        b,
        '--data',
        at(name),
        '--forward',
        at('pipe.onnx'),
      ]);
      expect(err).toContain(`'${at(name)}': this is a pipe, not a file`);
      expect(code).toBe(2);
    });
  },
);

describe.runIf(isPosix)('a configuration beside a checkpoint', () => {
  it.each(['pipe', 'zero'])('is not read if it is not a file: %s', async (name) => {
    mkdirSync(at(`with ${name}`));
    symlinkSync(at(name), at(`with ${name}/config.json`));
    symlinkSync(a, at(`with ${name}/model.safetensors`));
    const { code } = await run(['inspect', at(`with ${name}`)]);
    expect(code).toBe(0);
    const words = ['align', at(`with ${name}`), b, '--spec', 'mlp:3', '--json'];
    expect((await run(words)).code).toBe(0);
  });
});

it('an output with a name that is too long ends the command with 2 before any work', async () => {
  const output = at('x'.repeat(256));
  const { code, err } = await run(['align', a, b, '--spec', 'mlp:3', '-o', output]);
  expect(err).toContain('too long: choose one of at most 255 bytes');
  expect(err).not.toContain('reading');
  expect(code).toBe(2);
});

it.runIf(isPosix)(
  'an output that is a link that leads nowhere is replaced, with --force',
  async () => {
    symlinkSync('nowhere', at('dangling.json'));
    const words = ['spec', 'mlp:3', '-o', at('dangling.json')];
    expect((await run(words)).code).toBe(3);
    expect((await run([...words, '--force'])).code).toBe(0);
    expect(readdirSync(at('.'))).not.toContain('nowhere');
  },
);
