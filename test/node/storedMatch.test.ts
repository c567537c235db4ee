import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { InvalidInputError, type Permutations, permute } from 'perm-lmc';
import { type WeightMatchFilesOptions, weightMatchFiles, writeSafetensors } from 'perm-lmc/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomSource } from '../../src/runtime';
import { useBackend } from '../support/backend';
import { expectPermutations } from '../support/invariants';
import { mutant } from '../support/mutants';
import { network, spec } from '../support/planted';

await useBackend('cpu');

const [a, b] = [network(1), network(2)];
const options: WeightMatchFilesOptions = { restarts: 3, method: 'coordinateDescent' };
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-stored-'));
const inFolder = (name: string) => join(folder, name);
const state = inFolder('state');
const resume = () => weightMatchFiles(spec, inFolder('a'), inFolder('b'), { ...options, state });

/** The texts of a state with a run that has ended, one at a point and one that has not begun, and of a result. */
const texts = { state: '', result: '' };
beforeAll(async () => {
  await writeSafetensors(inFolder('a'), a);
  await writeSafetensors(inFolder('b'), b);
  const controller = new AbortController();
  const { signal } = controller;
  const onProgress = ({ restart, done }: { restart: number; done: number }) => {
    if (restart === 1 && done === 2) controller.abort();
  };
  const own = { ...options, state, signal, onProgress };
  await weightMatchFiles(spec, inFolder('a'), inFolder('b'), own).catch(() => {});
  texts.state = readFileSync(state, 'utf8');
  await resume();
  texts.result = readFileSync(state, 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Σ ⟨A, P B⟩ over all parameters. */
function objectiveOf(permutations: Permutations): number {
  return tf.tidy(() => {
    const moved = permute(spec, b, permutations);
    const products = Object.keys(a).map((name) => tf.sum(tf.mul(a[name], moved[name])).dataSync());
    return products.reduce((sum, [product]) => sum + product, 0);
  });
}

/** A copy of a text of JSON with another value at a path. */
function changed(text: string, path: readonly (string | number)[], value: unknown): string {
  const copy = JSON.parse(text);
  const holder = path.slice(0, -1).reduce((at, key) => at[key], copy);
  holder[path.at(-1)!] = value;
  return JSON.stringify(copy);
}

const found = ['state', 'runs', 0, 'found'] as const;
const point = ['state', 'runs', 1, 'point'] as const;

describe('a state that is given back', () => {
  it.each<[string, readonly (string | number)[], unknown, string]>([
    ['an entry of null', found, null, 'state.runs[0].found must be an object, received null'],
    ['an entry without fields', found, {}, 'state.runs[0].found.permutations is missing'],
    ['a run without a state', ['state', 'runs', 0], {}, 'state.runs[0] must have a point or found'],
    [
      'more runs than restarts',
      ['state', 'runs'],
      [null, null, null, null],
      'state.runs must be a list of 0 … 3 values, received 4 values',
    ],
    [
      'runs in an object',
      ['state', 'runs'],
      { length: 1e9 },
      'state.runs must be a list of 0 … 3 values, received an object',
    ],
    [
      'an objective that is too great',
      [...found, 'objective'],
      1e9,
      'state.runs[0].found.objective is 1000000000, but its history ends at',
    ],
    [
      'an objective and a history that are',
      [...found, 'history'],
      [1e9],
      'but its history ends at 1000000000',
    ],
    [
      'a history that falls',
      [...point, 'history'],
      [2, 1],
      'state.runs[1].point.history falls from 2 to 1',
    ],
    [
      'a history of another match',
      [...point, 'history'],
      [1e6],
      'the end of state.runs[1].point.history is 1000000, but S of its permutations is',
    ],
    [
      'a string as sweep',
      [...point, 'sweep'],
      '1',
      'state.runs[1].point.sweep must be an integer in 1 … 100, received a string',
    ],
    [
      'half a group',
      [...point, 'visited'],
      0.5,
      'state.runs[1].point.visited must be an integer in 0 … 2, received 0.5',
    ],
    [
      'a group that the spec lacks',
      [...point, 'settled'],
      ['h3'],
      'state.runs[1].point.settled[0] must be one of h1, h2',
    ],
    [
      'permutations of another size',
      [...point, 'permutations', 'h1', 'int32'],
      [1, 0],
      'state.runs[1].point.permutations.h1 must be 9 integers, received 2 values',
    ],
    [
      'a unit that is no integer',
      [...point, 'permutations', 'h1', 'int32', 0],
      0.5,
      'state.runs[1].point.permutations.h1 must be 9 integers, received an object',
    ],
    [
      'a unit twice',
      [...point, 'permutations', 'h1', 'int32'],
      [0, 0, 0, 0, 0, 0, 0, 0, 0],
      'exactly once',
    ],
    [
      'NaN, which JSON has as null',
      [...point, 'similarity', 'h1'],
      { float64: [null] },
      'state.runs[1].point.similarity.h1 must be 9 numbers',
    ],
    [
      'runs before a start',
      ['state', 'first'],
      null,
      'state.first must not be null, because there are runs',
    ],
    ['an unknown field', ['state', 'then'], 1, 'state.then is not a field of it'],
  ])('is refused with %s', async (_, path, value, message) => {
    const text = changed(texts.state, path, value);
    writeFileSync(state, text);
    const error = await resume().catch((reason) => reason);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error.message).toContain(message);
    expect(readFileSync(state, 'utf8')).toBe(text);
  });

  it('is refused with permutations that are not those of its objective', async () => {
    const { permutations } = JSON.parse(texts.state).state.runs[0].found;
    const units = permutations.h1.int32.toReversed();
    writeFileSync(state, changed(texts.state, [...found, 'permutations', 'h1', 'int32'], units));
    await expect(resume()).rejects.toThrow(
      /state\.runs\[0\]\.found\.objective is .*, but S of its permutations is /,
    );
  });

  it('is refused as a result with permutations that are not those of its objective', async () => {
    const units = JSON.parse(texts.result).result.permutations.h1.int32.toReversed();
    const path = ['result', 'permutations', 'h1', 'int32'];
    writeFileSync(state, changed(texts.result, path, units));
    await expect(resume()).rejects.toThrow(
      /result\.objective is .*, but S of its permutations is /,
    );
  });

  it('is refused as a result whose objective is above its bound', async () => {
    const text = changed(texts.result, ['result', 'bound'], 0);
    writeFileSync(state, text);
    await expect(resume()).rejects.toThrow(/result\.objective is .* and its bound is 0/);
  });
});

it.each(['constructor', '__proto__', 'toString'])(
  'a state whose identity has the part %s is that of another match',
  async (name) => {
    const text = texts.state.replace('"identity":{', `"identity":{"${name}":1,`);
    writeFileSync(state, text);
    await expect(resume()).rejects.toThrow(`its ${name} differs`);
  },
);

describe.each(['state', 'result'] as const)('mutants of a %s', (kind) => {
  it('are refused, or end in permutations with the objective that they have', async () => {
    const { below } = randomSource(5);
    const document = JSON.parse(texts[kind]);
    let refused = 0;
    for (let i = 0; i < 60; i++) {
      const text = JSON.stringify({ ...document, [kind]: mutant(document[kind], below) });
      writeFileSync(state, text);
      const result = await resume().catch((reason) => reason);
      if (result instanceof InvalidInputError) {
        refused++;
        continue;
      }
      expectPermutations(result.permutations);
      expect(result.objective, text).toBeCloseTo(objectiveOf(result.permutations), 2);
      expect(result.resumed).toBe(true);
    }
    expect(refused).toBeGreaterThan(30);
  });
});
