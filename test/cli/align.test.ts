import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { parsePermutations, serializePermutations, serializeSpec, weightMatch } from 'perm-lmc';
import { weightMatchFiles } from 'perm-lmc/node';
import { describe, expect, it } from 'vitest';
import { sharded } from '../node/sharded';
import { useBackend } from '../support/backend';
import { fixtures, readParams } from '../support/fixtures';
import { fixture, temporaryFolder, writeParams } from './checkpoints';
import { run } from './session';

await useBackend('wasm');
const at = temporaryFolder();
const [a, b] = [fixture('mlp64_A'), fixture('mlp64_B')];
const [mlp] = fixtures;

describe('perm-lmc align', () => {
  it.each(fixtures)('writes the permutations that weightMatch finds, $name', async (network) => {
    const { name, spec } = network;
    const [paramsA, paramsB] = [readParams(`${name}_A`), readParams(`${name}_B`)];
    const { permutations } = await weightMatch(spec, paramsA, paramsB, { engine: 'packed' });
    tf.dispose([paramsA, paramsB]);
    writeFileSync(at('spec.json'), serializeSpec(spec));
    const output = at(`${name}.json`);
    const files = [fixture(`${name}_A`), fixture(`${name}_B`)];
    const { code, err } = await run(['align', ...files, '--spec', at('spec.json'), '-o', output]);
    expect([code, err]).toEqual([0, '']);
    expect(parsePermutations(readFileSync(output, 'utf8'))).toEqual(permutations);
  });

  it('tells programs everything in one JSON document', async () => {
    const { out } = await run(['align', a, b, '--spec', 'mlp:3']);
    const result = await weightMatchFiles(mlp.spec, a, b);
    expect(JSON.parse(out)).toEqual({
      command: 'align',
      a,
      b,
      spec: 'mlp:3',
      unlisted: [],
      kept: [],
      leftOut: [],
      resized: [],
      objective: result.objective,
      start: result.history[0],
      sweeps: result.sweeps,
      converged: true,
      alignment: { before: result.alignment.before, after: result.alignment.after },
      groups: {
        h1: {
          units: 64,
          moved: result.permutations.h1.filter((unit, i) => unit !== i).length,
          alignment: result.alignment.groups.h1,
        },
        h2: {
          units: 64,
          moved: result.permutations.h2.filter((unit, i) => unit !== i).length,
          alignment: result.alignment.groups.h2,
        },
      },
      permutations: JSON.parse(serializePermutations(result.permutations)),
    });
  });

  it('hands the method, the start and the search on', async () => {
    const align = ['align', a, b, '--spec', 'mlp:3'];
    const plain = ['--method', 'coordinateDescent', '--start', 'identity'];
    const old = await weightMatchFiles(mlp.spec, a, b, {
      ...{ method: 'coordinateDescent', start: 'identity' },
    });
    expect(JSON.parse((await run([...align, ...plain])).out).objective).toBe(old.objective);
    const searched = await weightMatchFiles(mlp.spec, a, b, { search: { rounds: 4 } });
    const { out, err } = await run([...align, '--search', '4'], { isTTY: false });
    expect([JSON.parse(out).objective, err]).toEqual([searched.objective, '']);
    const { objective } = await weightMatchFiles(mlp.spec, a, b);
    expect(searched.objective).toBeGreaterThan(objective);
    const wrong = await run([...align, '--search', '0']);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('integer ≥ 1')]);
  });

  it('hands every option on', async () => {
    const start = at('start.json');
    await run(['align', a, b, '--spec', 'mlp:3', '-o', start, '--max-sweeps', '1']);
    const flags =
      '--seed -7 --restarts 2 --kernel cosine --order h2,h1 --max-sweeps 3 --memory 2MB';
    const words = ['align', a, b, '--spec', 'mlp:3', '--initial', start, '--include-statistics'];
    const { out } = await run([...words, ...flags.split(' ')]);
    const result = await weightMatchFiles(mlp.spec, a, b, {
      seed: -7,
      restarts: 2,
      kernel: 'cosine',
      order: ['h2', 'h1'],
      maxSweeps: 3,
      memory: 2e6,
      include: () => true,
      initial: parsePermutations(readFileSync(start, 'utf8')),
    });
    const { objective, permutations } = JSON.parse(out);
    expect(objective).toBe(result.objective);
    expect(permutations).toEqual(JSON.parse(serializePermutations(result.permutations)));
  });

  it('includes statistics of batch normalisation if asked', async () => {
    const { spec } = fixtures[1];
    writeFileSync(at('convbn.spec.json'), serializeSpec(spec));
    const files = [fixture('convbn_A'), fixture('convbn_B')] as const;
    const words = ['align', ...files, '--spec', at('convbn.spec.json')];
    const { out } = await run([...words, '--include-statistics']);
    const all = await weightMatchFiles(spec, ...files, { include: () => true });
    expect(JSON.parse(out).objective).toBe(all.objective);
    expect(JSON.parse((await run(words)).out).objective).not.toBe(all.objective);
  });

  it('gives the same on threads', async () => {
    const words = ['align', a, b, '--spec', 'mlp:3', '--restarts', '2'];
    const threaded = await run([...words, '--threads', '2']);
    expect(threaded).toEqual(await run(words));
    expect(threaded.code).toBe(0);
  });

  it('takes sharded checkpoints', async () => {
    const params = readParams('mlp64_A');
    const index = await sharded(at('.'), 'a', params);
    tf.dispose(params);
    const { out } = await run(['align', index, b, '--spec', 'auto']);
    const { objective, spec } = JSON.parse(out);
    expect(spec).toBe('mlp:3');
    expect(objective).toBe((await weightMatchFiles(mlp.spec, a, b)).objective);
  });

  it('shows its progress on one line of the terminal, then a summary', async () => {
    const words = ['align', a, b, '--spec', 'mlp:3', '-o', at('shown.json')];
    const { out, err } = await run(words, { isTTY: true });
    expect(err).toContain('\r\x1b[Kreading ');
    expect(err.endsWith('\r\x1b[K')).toBe(true);
    expect(err).not.toContain('\n');
    const lines = out.split('\n');
    expect(lines[0]).toBe(`aligned ${b} to ${a} by mlp:3`);
    expect(lines[1]).toMatch(/^ {2}2 groups, 128 units, \d+ of them moved$/);
    const { history, objective, sweeps } = await weightMatchFiles(mlp.spec, a, b);
    const [before, after] = [history[0], objective].map((value) => value.toPrecision(6));
    const count = sweeps === 1 ? '1 sweep' : `${sweeps} sweeps`;
    expect(lines[2]).toBe(`  objective ${before} → ${after} after ${count}`);
    expect(lines[3]).toMatch(
      /^ {2}alignment 0\.\d{3} → 0\.\d{3}, lowest in group h[12]: -?0\.\d{3} → 0\.\d{3}$/,
    );
    expect(lines.slice(4)).toEqual([`wrote ${at('shown.json')}`, '']);
  });

  it('shows nothing on standard error with --quiet', async () => {
    const words = ['align', a, b, '--spec', 'mlp:3', '--json', '--quiet'];
    const { out, err } = await run(words, { isTTY: true });
    expect(err).toBe('');
    expect(JSON.parse(out).command).toBe('align');
  });

  it('says when it has not converged', async () => {
    const words = [
      'align',
      a,
      b,
      '--spec',
      'mlp:3',
      '--start',
      'identity',
      '--method',
      'coordinateDescent',
      '-o',
      at('short.json'),
      '--max-sweeps',
      '1',
    ];
    const { out } = await run(words, { isTTY: true });
    expect(out).toContain('not converged: allow more sweeps with --max-sweeps');
    expect(existsSync(at('short.json'))).toBe(true);
  });

  it('on a terminal asks where the permutations should go, before it begins', async () => {
    const { code, err, out } = await run(['align', a, b, '--spec', 'mlp:3'], { isTTY: true });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('pass -o FILE, or --json');
  });
});

describe('names that differ by a prefix', () => {
  const prefixed = async (name: string, prefix: string) => {
    const params = readParams(name);
    const others = Object.entries(params).map(([key, tensor]) => [prefix + key, tensor]);
    const path = await writeParams(at(`${name}-${prefix}`), Object.fromEntries(others));
    tf.dispose(params);
    return path;
  };
  /** The prefixes that a command says it renamed. */
  const renamed = (err: string) =>
    [...err.matchAll(/read with --rename-prefix '?([^' \n]+)'?\n/g)].map(([, words]) => words);

  it.each<[string, string, string, string, string[]]>([
    ['B has it', '', 'module.', 'mlp:3', ['module.=']],
    ['A has it', 'module.', '', 'mlp:3', ['module.=']],
    ['both have it and the spec does not', 'net.', 'net.', 'mlp:3', ['net.=']],
    ['each has its own', 'model.', 'module.model.', 'mlp:3', ['module.=', 'model.=']],
    ['each has another', 'model.', 'net.', 'mlp:3', ['net.=model.', 'model.=']],
  ])('are renamed, and the command says so: %s', async (_, ofA, ofB, spec, mappings) => {
    const files = [await prefixed('mlp64_A', ofA), await prefixed('mlp64_B', ofB)];
    const { out, err } = await run(['align', ...files, '--spec', spec]);
    expect(renamed(err)).toEqual(mappings);
    const expected = await weightMatchFiles(mlp.spec, a, b);
    expect(JSON.parse(out).objective).toBe(expected.objective);
  });

  it('the spec has it', async () => {
    const { name, ...json } = JSON.parse(serializeSpec(mlp.spec));
    json.params = Object.fromEntries(
      Object.entries(json.params).map(([key, pattern]) => [`module.${key}`, pattern]),
    );
    writeFileSync(at('prefixed.json'), JSON.stringify(json));
    const { code, err } = await run(['align', a, b, '--spec', at('prefixed.json')]);
    expect([code, renamed(err)]).toEqual([0, ['=module.']]);
  });

  it('a prefix that no checkpoint has is refused', async () => {
    const words = ['align', a, b, '--spec', 'mlp:3', '--rename-prefix', 'modul.='];
    const { code, err } = await run(words);
    expect(code).toBe(2);
    expect(err).toContain("received 'modul.', but no checkpoint has it before all names");
  });
});
