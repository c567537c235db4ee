import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixture, temporaryFolder } from './checkpoints';
import { run } from './session';

const at = temporaryFolder();
const [a, b] = [fixture('mlp64_A'), fixture('mlp64_B')];
const flags = ['--spec', 'mlp:3', '--method', 'coordinateDescent', '--start', 'identity'];

describe('--resume', () => {
  it('goes on with a match that was interrupted', async () => {
    const many = [...flags, '--restarts', '60'];
    const words = ['align', a, b, ...many, '--resume', at('state')];
    const interrupted = await run([...words, '-o', at('permutations')], {
      isTTY: true,
      onError: (text, interrupt) => text.includes('sweep') && interrupt(),
    });
    expect(interrupted.code).toBe(130);
    expect(interrupted.err).toContain(
      'interrupted; nothing was written but the state for --resume\n',
    );
    const { code, out } = await run(words);
    const whole = await run(['align', a, b, ...many]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ ...JSON.parse(whole.out), resumed: true });
  });

  it('merges by a match that has ended, without a step', async () => {
    const state = ['--resume', at('ended')];
    const aligned = await run(['align', a, b, ...flags, ...state]);
    expect(JSON.parse(aligned.out)).toMatchObject({ resumed: false });
    const merged = await run(['merge', a, b, ...flags, ...state, '-o', at('merged')], {
      isTTY: true,
    });
    expect(merged.code).toBe(0);
    expect(merged.err).not.toContain('sweep');
    expect(merged.out).toContain('went on from the state of an earlier match');
    await run(['merge', a, b, ...flags, '-o', at('whole')]);
    expect(readFileSync(at('merged'))).toEqual(readFileSync(at('whole')));
  });

  it('refuses the state of another match', async () => {
    await run(['align', a, b, ...flags, '--resume', at('other')]);
    const { code, err } = await run([
      'align',
      a,
      b,
      ...flags,
      '--seed',
      '1',
      '--resume',
      at('other'),
    ]);
    expect([code, err]).toEqual([
      2,
      `perm-lmc: '${at('other')}' is the state of another match: its option seed differs. Pass what that match was given, or choose another path.\n`,
    ]);
  });

  it.each([
    ['with --permutations nothing is matched', [a, b, '--permutations', 'p.json']],
    ['it is for one match, and 3 checkpoints have several', [a, b, b, '--to-first']],
  ])('is refused where there is no match to keep: %s', async (problem, words) => {
    const own = ['merge', ...words, '--spec', 'mlp:3', '--resume', at('none'), '-o', at('out')];
    const { code, err } = await run(own);
    expect([code, err]).toEqual([
      2,
      `perm-lmc: --resume has no match to keep: ${problem}. Leave it out\n`,
    ]);
    expect(existsSync(at('none'))).toBe(false);
  });
});

describe('--progress', () => {
  it('shows lines where standard error is no terminal', async () => {
    const silent = await run(['align', a, b, ...flags]);
    expect(silent.err).toBe('');
    const { code, err } = await run(['align', a, b, ...flags, '--progress']);
    expect(code).toBe(0);
    expect(err).toBe(`reading ${a} and ${b}\n`); // the next line is due 10 seconds later
  });

  it('does not go with --quiet', async () => {
    const { code, err } = await run(['align', a, b, ...flags, '--progress', '--quiet']);
    expect(code).toBe(2);
    expect(err).toContain("cannot be used with option '--progress'");
  });

  it('has the share of the work, and the time that is left', async () => {
    const lines: string[] = [];
    await run(['merge', a, b, ...flags, '-o', at('shared'), '--force'], {
      isTTY: true,
      onError: (text) => lines.push(text),
    });
    expect(lines.join('\n')).toMatch(/ \d+ % {2}about \d+ s left {2}/);
  });
});
