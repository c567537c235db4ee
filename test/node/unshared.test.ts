import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { InvalidInputError, permutationSpec, permute, randomPermutations } from 'perm-lmc';
import { mergeFiles, readSafetensors, weightMatchFiles, writeSafetensors } from 'perm-lmc/node';
import { afterAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';

await useBackend('cpu');
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-unshared-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const spec = permutationSpec({ in: 'h _', out: '_ h', gate: '? h', only: '? k' });
const whole = {
  in: tf.randomNormal([6, 5], 0, 1, 'float32', 1),
  out: tf.randomNormal([4, 6], 0, 1, 'float32', 2),
  gate: tf.randomNormal([6], 0, 1, 'float32', 3),
  only: tf.randomNormal([3], 0, 1, 'float32', 4),
};
const { gate, only, ...required } = whole;
const planted = { h: Int32Array.of(3, 5, 0, 1, 4, 2) };
const moved = permute(permutationSpec({ in: 'h _', out: '_ h' }), required, planted);
await writeSafetensors(at('whole'), whole);
await writeSafetensors(at('required'), moved);

describe('a tensor that not every checkpoint has', () => {
  it('is an error unless unshared says otherwise', async () => {
    for (const paths of [
      [at('whole'), at('required')],
      [at('required'), at('whole')],
    ] as const) {
      await expect(weightMatchFiles(spec, ...paths)).rejects.toThrow(InvalidInputError);
      await expect(mergeFiles(spec, paths, [planted], at('no'))).rejects.toThrow(/lacks parameter/);
    }
  });

  it('is left out of matching, its groups with it', async () => {
    const { permutations } = await weightMatchFiles(spec, at('whole'), at('required'), {
      unshared: 'first',
    });
    // permute() is a gather: in B, unit u is A's planted.h[u]; A's unit planted.h[u] is B's u.
    const inverse = Int32Array.from(planted.h, (_, unit) => planted.h.indexOf(unit));
    expect(permutations).toEqual({ h: inverse });
  });

  it("is the first's in a merged file, or left out, and named", async () => {
    const inverse = { h: Int32Array.from(planted.h, (_, unit) => planted.h.indexOf(unit)) };
    const [x, y] = [at('whole'), at('required')];
    const first = await mergeFiles(spec, [x, y], [inverse], at('one'), { unshared: 'first' });
    expect(first).toEqual({
      ...{ kept: expect.arrayContaining(['gate', 'only']), leftOut: [] },
      ...{ tied: {}, resized: [], statistics: expect.anything() },
    });
    const { params } = await readSafetensors(at('one'));
    for (const [name, tensor] of Object.entries(whole)) {
      expect([...(await params[name].data())]).toEqual([...(await tensor.data())]);
    }
    const second = await mergeFiles(spec, [y, x], [planted], at('two'), { unshared: 'first' });
    expect(second).toMatchObject({ kept: [], leftOut: expect.arrayContaining(['gate', 'only']) });
    const other = await readSafetensors(at('two'));
    expect(Object.keys(other.params).sort()).toEqual(['in', 'out']);
    tf.dispose([params, other.params]);
  });

  it('is out of the merge if two of three have it and the spec does not name it', async () => {
    await writeSafetensors(at('two of three'), { ...required, buffer: tf.zeros([2]) });
    const named = permutationSpec({ in: 'h _', out: '_ h' });
    const paths = [at('two of three'), at('required'), at('two of three')];
    const same = { h: Int32Array.of(0, 1, 2, 3, 4, 5) };
    const merged = await mergeFiles(named, paths, [planted, same], at('three'), {
      unshared: 'first',
    });
    expect(merged).toMatchObject({ kept: ['buffer'], leftOut: [] });
  });

  it('is an error where the spec requires it', async () => {
    const strict = permutationSpec({ in: 'h _', out: '_ h', gate: 'h', only: '? k' });
    const error = await expectNoLeak(() =>
      weightMatchFiles(strict, at('whole'), at('required'), { unshared: 'first' }),
    );
    expect((error as unknown as Error).message).toContain("lacks parameter 'gate'");
  });

  it('needs to be told how', async () => {
    const unshared = 'second' as 'first';
    const error = weightMatchFiles(spec, at('whole'), at('whole'), { unshared });
    await expect(error).rejects.toThrow("unshared must be 'error' or 'first', received second");
  });

  it('does not hide permutations that do not fit', async () => {
    const wrong = randomPermutations(spec, whole, { seed: 1 });
    const merged = mergeFiles(spec, [at('whole'), at('required')], [wrong], at('no'), {
      unshared: 'first',
    });
    await expect(merged).rejects.toThrow("a permutation of 'k', which is not a group of the spec");
  });
});
