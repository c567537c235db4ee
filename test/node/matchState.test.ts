import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AssignmentSolver, serializeSpec, solveAssignment } from 'perm-lmc';
import { startThreads, type WeightMatchFilesOptions, weightMatchFiles } from 'perm-lmc/node';
import { afterAll, describe, expect, it } from 'vitest';
import { fixtures } from '../support/fixtures';

const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-state-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/${name}.safetensors`, import.meta.url));
const [mlp] = fixtures;
const paths = [fixture('mlp64_A'), fixture('mlp64_B')] as const;

let files = 0;
const newState = () => join(folder, `state-${files++}`);

/** Matches again and again with one state, each time until `steps` more steps; returns the result and the aborts. */
async function inPieces(
  { name, spec }: (typeof fixtures)[number],
  options: WeightMatchFilesOptions,
  steps: number,
) {
  const state = newState();
  for (let aborts = 0; ; aborts++) {
    const controller = new AbortController();
    let left = steps;
    const { signal } = controller;
    const onProgress = () => {
      if (--left === 0) controller.abort(new Error('stop'));
    };
    const own = { ...options, state, signal, onProgress };
    const ab = [fixture(`${name}_A`), fixture(`${name}_B`)] as const;
    const result = await weightMatchFiles(spec, ...ab, own).catch((error) => {
      if (error.message !== 'stop') throw error;
      return null;
    });
    if (result) return { result, aborts };
  }
}

/** Matches an array of nearly the same values. */
function nearly(values: Float64Array) {
  return {
    asymmetricMatch: (others: Float64Array) =>
      others.length === values.length &&
      others.every((other, i) => Math.abs(other - values[i]) <= 1e-5 * Math.abs(values[i]) + 1e-5),
  };
}

describe('a match that goes on from a state', () => {
  const variants: readonly WeightMatchFilesOptions[] = [
    { method: 'coordinateDescent', start: 'identity' },
    { method: 'coordinateDescent', start: 'identity', incremental: false, order: 'backward' },
    { kernel: 'cosine', method: 'coordinateDescent', seed: 3 },
    { restarts: 3, method: 'coordinateDescent' },
    { method: 'coordinateDescent', start: 'identity', maxSweeps: 2 },
  ];
  const cases = fixtures.flatMap((network) => variants.map((options) => ({ network, options })));

  it.each(cases)('has the same result, $network.name, $options', async ({ network, options }) => {
    const ab = [fixture(`${network.name}_A`), fixture(`${network.name}_B`)] as const;
    const whole = await weightMatchFiles(network.spec, ...ab, options);
    const { result, aborts } = await inPieces(network, options, 2);
    expect(aborts).toBeGreaterThan(1);
    expect(result).toEqual({
      ...whole,
      resumed: true,
      // A gram that was corrected is computed anew.
      history: whole.history.map((objective) => expect.closeTo(objective, 2)),
      similarity: Object.fromEntries(
        Object.entries(whole.similarity).map(([group, values]) => [group, nearly(values)]),
      ),
    });
  });

  it.each(fixtures)('has the same result after Frank–Wolfe, $name', async (network) => {
    const ab = [fixture(`${network.name}_A`), fixture(`${network.name}_B`)] as const;
    const whole = await weightMatchFiles(network.spec, ...ab);
    const steps = whole.runs[0].iterations + 2;
    const { result, aborts } = await inPieces(network, {}, steps);
    expect(aborts).toBeGreaterThan(0);
    expect(result.permutations).toEqual(whole.permutations);
    expect(result.objective).toBe(whole.objective);
    expect(result.runs).toEqual(whole.runs);
  });

  it('does not make the runs again that had ended on threads', async () => {
    const options = { restarts: 3, seed: 2 };
    const whole = await weightMatchFiles(mlp.spec, ...paths, options);
    const state = newState();
    const threads = await startThreads({ count: 1 });
    const controller = new AbortController();
    const seen: number[] = [];
    const { signal } = controller;
    const onProgress = ({ restart }: { restart: number }) => {
      if (restart === 2) controller.abort(new Error('stop'));
    };
    await expect(
      weightMatchFiles(mlp.spec, ...paths, { ...options, threads, state, signal, onProgress }),
    ).rejects.toThrow('stop');
    await threads.close();
    const result = await weightMatchFiles(mlp.spec, ...paths, {
      ...{ ...options, state },
      onProgress: ({ restart }) => seen.push(restart),
    });
    expect(new Set(seen)).toEqual(new Set([2]));
    expect(result).toEqual({ ...whole, resumed: true });
  });
});

it('does not compare the signatures again that an earlier match has compared', async () => {
  const state = newState();
  const [, , resnet] = fixtures;
  const ab = [fixture(`${resnet.name}_A`), fixture(`${resnet.name}_B`)] as const;
  /** Matches with a solver that counts, and fails at one of its calls. */
  const matchUntil = (failing: number) => {
    let calls = 0;
    const solver: AssignmentSolver = (...problem) => {
      if (++calls === failing) throw new Error('stop');
      return solveAssignment(...problem);
    };
    const options = { solver, start: 'signature', maxSweeps: 1 } as const;
    return {
      match: weightMatchFiles(resnet.spec, ...ab, { ...options, state }),
      calls: () => calls,
    };
  };
  await expect(matchUntil(3).match).rejects.toThrow('stop');
  const rest = matchUntil(Number.POSITIVE_INFINITY);
  const { resumed, ...result } = await rest.match;
  expect(resumed).toBe(true);
  const options = { start: 'signature', maxSweeps: 1 } as const;
  expect(result).toEqual(await weightMatchFiles(resnet.spec, ...ab, options));
  rmSync(state);
  const whole = matchUntil(Number.POSITIVE_INFINITY);
  await whole.match;
  expect(rest.calls()).toBe(whole.calls() - 2);
});

it('goes on where a process was killed', async () => {
  const state = newState();
  const options = { method: 'coordinateDescent', start: 'identity' } as const;
  let steps = 0;
  const whole = await weightMatchFiles(mlp.spec, ...paths, {
    ...options,
    onProgress: () => steps++,
  });
  const script = fileURLToPath(new URL('./killedMatch.ts', import.meta.url));
  const words = ['--import', 'tsx', script, serializeSpec(mlp.spec), ...paths, state];
  const { signal, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect([signal, stderr]).toEqual(['SIGKILL', '']);
  let stepsLeft = 0;
  const onProgress = () => stepsLeft++;
  const result = await weightMatchFiles(mlp.spec, ...paths, { ...options, state, onProgress });
  expect(stepsLeft).toBeLessThan(steps);
  expect(result.resumed).toBe(true);
  expect(result.permutations).toEqual(whole.permutations);
  expect(result.objective).toBe(whole.objective);
});

describe('the file of a state', () => {
  it('has the result in the end, which is returned without a step', async () => {
    const state = newState();
    const result = await weightMatchFiles(mlp.spec, ...paths, { state });
    expect(result.resumed).toBe(false);
    const again = await weightMatchFiles(mlp.spec, ...paths, {
      state,
      onProgress: ({ phase }) => expect(phase).toBe('start'),
    });
    expect(again).toEqual({ ...result, resumed: true });
    expect(existsSync(`${state}.tmp`)).toBe(false);
  });

  it.each<[string, WeightMatchFilesOptions]>([
    ['option seed', { seed: 1 }],
    ['option restarts', { restarts: 2 }],
    ['option include', { include: (name) => name.includes('fc1') }],
    ['option initial', { initial: {} }],
  ])('is refused where the match differs: %s', async (part, options) => {
    const state = newState();
    await weightMatchFiles(mlp.spec, ...paths, { state });
    const before = readFileSync(state);
    await expect(weightMatchFiles(mlp.spec, ...paths, { ...options, state })).rejects.toThrow(
      `weightMatchFiles: '${state}' is the state of another match: its ${part} differs. Pass what that match was given, or choose another path.`,
    );
    expect(readFileSync(state)).toEqual(before);
  });

  it('is refused with another checkpoint, or one that was written again', async () => {
    const state = newState();
    const copy = join(folder, 'copy.safetensors');
    copyFileSync(paths[1], copy);
    await weightMatchFiles(mlp.spec, paths[0], copy, { state });
    writeFileSync(copy, readFileSync(copy));
    await expect(weightMatchFiles(mlp.spec, paths[0], copy, { state })).rejects.toThrow(
      'its second checkpoint differs',
    );
    await expect(weightMatchFiles(mlp.spec, copy, copy, { state })).rejects.toThrow(
      'its first checkpoint differs',
    );
  });

  it.each(['', '{}', 'null', '{"format":"perm-lmc match 1"', '[1]'])(
    'is refused where it is not one: %j',
    async (text) => {
      const state = newState();
      writeFileSync(state, text);
      await expect(weightMatchFiles(mlp.spec, ...paths, { state })).rejects.toThrow(
        `'${state}' is not the state of a match. Choose another path, or remove the file.`,
      );
      expect(readFileSync(state, 'utf8')).toBe(text);
    },
  );

  it('is refused before the match where it cannot be written', async () => {
    const state = join(folder, 'missing', 'state');
    const onProgress = () => expect.unreachable();
    await expect(weightMatchFiles(mlp.spec, ...paths, { state, onProgress })).rejects.toMatchObject(
      { code: 'ENOENT' },
    );
  });
});
