import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixture, temporaryFolder } from './checkpoints';
import { run } from './session';

const at = temporaryFolder();
const [a, b] = [fixture('mlp64_A'), fixture('mlp64_B')];

describe('an empty value', () => {
  it.each(['spec', 'output', 'initial', 'resume', 'rename-prefix', 'threads', 'kernel'])(
    'of --%s is refused',
    async (name) => {
      const { code, out, err } = await run(['align', a, b, `--${name}=`]);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(
        new RegExp(`^error: option '.*--${name} <.*' argument '' is invalid\\. `),
      );
    },
  );

  it.each([
    ['a', ['align', '', b]],
    ['checkpoints', ['merge', a, '', '-o', 'merged']],
    ['spec', ['spec', '']],
  ])('of the argument %s is refused', async (name, words) => {
    const { code, err } = await run(words);
    expect([code, err]).toEqual([
      2,
      `error: command-argument value '' is invalid for argument '${name}'. Expected a value, received nothing.\n`,
    ]);
  });
});

describe('a name of a prototype', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    "'%s' is an unknown command, an unknown option and no preset",
    async (name) => {
      expect((await run([name])).err).toContain(`unknown command '${name}'`);
      expect((await run(['spec', `--${name}`])).err).toContain(`unknown option '--${name}'`);
      const { code, err } = await run(['spec', name]);
      expect([code, err]).toEqual([
        2,
        `perm-lmc: there is no spec file '${name}', and no preset of that name: 'perm-lmc spec' lists the presets\n`,
      ]);
    },
  );
});

describe('an option that is repeated', () => {
  it('counts with its last value', async () => {
    const words = ['align', a, b, '--spec', 'vgg11', '--spec', 'mlp:3'];
    const { code, out } = await run([...words, '-o', at('first'), '-o', at('last')]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ spec: 'mlp:3', output: at('last') });
    expect(readdirSync(at('.'))).toEqual(['last']);
  });

  it('is checked each time', async () => {
    const { code, err } = await run(['align', a, b, '--restarts', '0', '--restarts', '1']);
    expect([code, err.includes("argument '0' is invalid")]).toEqual([2, true]);
  });
});

describe('a word that commander suggests', () => {
  it('is a line of its own, which a wrong word cannot forge', async () => {
    expect((await run(['align', a, b, '--sed', '1'])).err).toBe(
      "error: unknown option '--sed'\n(Did you mean --seed?)\n",
    );
    const forged = '--x\n(Did you mean --force?)';
    expect((await run(['align', a, b, forged])).err).toBe(
      "error: unknown option '--x\\n(Did you mean --force?)'\n",
    );
  });
});
