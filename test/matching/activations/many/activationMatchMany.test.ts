import * as tf from '@tensorflow/tfjs-core';
import {
  type ActivationMatchManyOptions,
  type ActivationMatchManyResult,
  activationMatch,
  activationMatchMany,
  composePermutations,
  invertPermutations,
  type Params,
  type PermutationSpec,
  permutationSpec,
  permute,
  randomPermutations,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { traceForward } from '../../../../src/tracing/capture/trace';
import { useBackend } from '../../../support/backend';
import { expectPermutations, expectSameParams } from '../../../support/invariants';
import * as networks from '../../../support/networks';
import { randomInput, randomParams } from '../../../tracing/network';
import { programs, withoutSources } from '../../../tracing/programs';
import { captures, kernels, mlp, pair, resnet, vgg } from '../networkPair';

await useBackend('cpu');

/** Copies of a network with their units shuffled; the first is as it is. */
const copies = (spec: PermutationSpec, params: Params, count: number) =>
  Array.from({ length: count }, (_, seed) =>
    seed === 0 ? params : permute(spec, params, randomPermutations(spec, params, { seed })),
  );

/** The rules that every result keeps. */
function expectSound({ permutations, ...found }: ActivationMatchManyResult): void {
  const { objective, bound, pairs, history, similarity } = found;
  for (const each of permutations) expectPermutations(each);
  const size = Math.max(...pairs.map((each) => Math.abs(each.bound)));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  expect(Math.abs(sum(pairs.map((each) => each.objective)) - objective)).toBeLessThanOrEqual(
    1e-9 * size,
  );
  const parts = Object.values(similarity).flatMap((values) => [...values]);
  expect(Math.abs(sum(parts) - objective)).toBeLessThanOrEqual(1e-9 * size);
  for (const each of pairs) expect(each.objective).toBeLessThanOrEqual(each.bound + 1e-6 * size);
  expect(Math.abs(sum(pairs.map((each) => each.bound)) - bound)).toBeLessThanOrEqual(1e-9 * size);
  expect(history.at(-1)).toBe(objective);
  for (let i = 1; i < history.length; i++) {
    expect(history[i]).toBeGreaterThanOrEqual(history[i - 1] - 1e-6 * size);
  }
}

describe('planted permutations of several networks are found', () => {
  const cases = Object.keys(programs).filter((name) => !withoutSources.includes(name));

  it.each(
    cases.map((name, i) => ({ name, capture: captures[i % 3], kernel: kernels[(i >> 1) % 3] })),
  )('three of the program $name: capture $capture, kernel $kernel', async (test) => {
    const { name, capture, kernel } = test;
    const program = programs[name];
    const { forward } = program;
    const params = randomParams(program.shapes, 2);
    const inputs = [10, 11, 12, 13].map((seed) => randomInput(program, seed));
    const { spec } = traceForward(forward, params, inputs[0]);
    const shuffled = copies(spec, params, 3);
    const found = await activationMatchMany(spec, shuffled, { forward, inputs, capture, kernel });
    expectSound(found);
    for (const [k, own] of shuffled.entries()) {
      await expectSameParams(permute(spec, own, found.permutations[k]), params);
    }
    tf.dispose([shuffled, inputs]);
  });

  it.each(['packed', 'backend'] as const)('five, with the engine %s', async (engine) => {
    for (const network of [mlp, vgg, resnet]) {
      const { a, x } = pair(network, 6);
      const { forward, spec } = network;
      const shuffled = copies(spec, a, 5);
      for (const reference of [0, 3]) {
        const options = { forward, inputs: x, kernel: 'correlation', engine, reference } as const;
        const found = await activationMatchMany(spec, shuffled, options);
        expectSound(found);
        expect(found.converged).toBe(true);
        expect(Math.abs(found.objective - found.bound)).toBeLessThan(1e-6 * found.bound);
        for (const [k, own] of shuffled.entries()) {
          await expectSameParams(permute(spec, own, found.permutations[k]), shuffled[reference]);
        }
        for (const { alignment } of found.pairs) expect(alignment.after).toBeCloseTo(1, 5);
      }
    }
  });
});

describe('two networks', () => {
  const expectSame = async (
    spec: PermutationSpec,
    [a, b]: readonly Params[],
    options: ActivationMatchManyOptions,
  ) => {
    const joint = await activationMatchMany(spec, [a, b], options);
    const own = await activationMatch(spec, a, b, options);
    expectSound(joint);
    expect(joint.permutations[1]).toEqual(own.permutations);
    expect(joint.objective).toBe(own.objective);
    expect(joint.history).toEqual(own.history);
    expect(joint.similarity).toEqual(own.similarity);
    expect(joint.pairs).toEqual([
      { a: 0, b: 1, objective: own.objective, bound: expect.any(Number), alignment: own.alignment },
    ]);
    expect(joint.converged).toBe(true);
  };

  it.each(captures.flatMap((capture) => kernels.map((kernel) => [capture, kernel] as const)))(
    'are matched as by activationMatch: capture %s, kernel %s',
    async (capture, kernel) => {
      for (const network of [mlp, resnet]) {
        const { a, b, x } = pair(network, 7);
        const { forward, spec } = network;
        await expectSame(spec, [a, b], { forward, inputs: x, capture, kernel, batchSize: 3 });
      }
    },
  );

  it.each(
    Object.keys(programs).filter(
      (name) => name === 'reversedSkip' || !withoutSources.includes(name),
    ),
  )('are matched as by activationMatch in the program %s', async (name) => {
    const program = programs[name];
    const { forward } = program;
    const both = [2, 3].map((seed) => randomParams(program.shapes, seed));
    const inputs = [10, 11].map((seed) => randomInput(program, seed));
    const { spec } = traceForward(forward, both[0], inputs[0]);
    await expectSame(spec, both, { forward, inputs });
    tf.dispose([both, inputs]);
  });

  it('of which the second is the reference: the first is moved onto it', async () => {
    const { a, b, x } = pair(mlp);
    const { forward, spec } = mlp;
    const options = { forward, inputs: x, kernel: 'correlation' } as const;
    const joint = await activationMatchMany(spec, [a, b], { ...options, reference: 1 });
    const own = await activationMatch(spec, b, a, options);
    expect(joint.permutations[0]).toEqual(own.permutations);
    expect(joint.objective).toBeCloseTo(own.objective, 9);
  });
});

describe('several independent networks', () => {
  const { forward, spec } = resnet;
  const params = [1, 2, 3, 4].map((seed) => networks.randomParams(resnet, seed));
  const inputs = networks.randomInput(resnet, 12, 7);
  const matched = (options: Partial<ActivationMatchManyOptions> = {}) =>
    activationMatchMany(spec, params, {
      forward,
      inputs,
      ...options,
    } as ActivationMatchManyOptions);

  it.each(kernels)(
    'S starts at that of the networks as given, and never falls: %s',
    async (kernel) => {
      const found = await matched({ kernel });
      expectSound(found);
      let given = 0;
      let [total, own] = [0, 0];
      for (const [i, a] of params.entries()) {
        for (const [j, b] of params.entries()) {
          if (i >= j) continue;
          const match = await activationMatch(spec, a, b, { forward, inputs, kernel });
          given += match.history[0];
          total += match.objective;
          const joint = found.pairs.find((each) => each.a === i && each.b === j)!;
          expect(joint.bound).toBeCloseTo(match.objective, 6);
          expect(joint.alignment.before).toBe(match.alignment.before);
          own++;
        }
      }
      expect(found.pairs).toHaveLength(own);
      expect(found.bound / total).toBeCloseTo(1, 9);
      expect(found.history[0] / given).toBeCloseTo(1, 9);
      expect(found.history.length).toBeGreaterThan(1 + spec.groups.length); // Networks have moved.
      for (let i = 1; i < found.history.length; i++) {
        expect(found.history[i]).toBeGreaterThan(found.history[i - 1]);
      }
    },
  );

  it('the pairs are those of the networks as they are aligned', async () => {
    const found = await matched({ kernel: 'cosine' });
    const aligned = params.map((own, k) => permute(spec, own, found.permutations[k]));
    for (const { a, b, objective, alignment } of found.pairs) {
      const match = await activationMatch(spec, aligned[a], aligned[b], {
        ...{ forward, inputs, kernel: 'cosine' },
      });
      expect(objective).toBeCloseTo(match.history[0], 4);
      expect(alignment.after).toBeCloseTo(match.alignment.before, 5);
    }
  });

  it('no star has a greater S, and a joint match is better than the star of the reference', async () => {
    const { objective } = await matched();
    const stars: number[] = [];
    for (const centre of params) {
      const aligned: Params[] = [];
      for (const each of params) {
        const { permutations } = await activationMatch(spec, centre, each, { forward, inputs });
        aligned.push(permute(spec, each, permutations));
      }
      const { history } = await activationMatchMany(spec, aligned, { forward, inputs });
      stars.push(history[0]);
    }
    for (const star of stars) expect(objective).toBeGreaterThan(star * (1 + 1e-6));
  });

  it('are aligned alike in the frame of every reference, and cycles are the identity', async () => {
    const [first, last] = [await matched(), await matched({ reference: 3 })];
    const onto = (found: ActivationMatchManyResult, from: number, to: number) =>
      composePermutations(found.permutations[from], invertPermutations(found.permutations[to]));
    const sizes = Object.entries(first.permutations[0]);
    const identity = Object.fromEntries(sizes.map(([name, p]) => [name, p.slice().sort()]));
    expect(first.permutations[0]).toEqual(identity);
    expect(last.permutations[3]).toEqual(identity);
    for (const [i, j, k] of [
      [0, 1, 2],
      [1, 3, 2],
    ]) {
      expect(onto(last, i, j)).toEqual(onto(first, i, j));
      const cycle = composePermutations(
        composePermutations(onto(first, i, j), onto(first, j, k)),
        onto(first, k, i),
      );
      expect(cycle).toEqual(identity);
    }
  });

  it('restarts never lower S, and the same seed gives the same result', async () => {
    const [one, many] = [await matched(), await matched({ restarts: 12, seed: 5 })];
    expect(many.objective).toBeGreaterThanOrEqual(one.objective * (1 - 1e-12));
    expect(await matched({ restarts: 12, seed: 5 })).toEqual(many);
    expectSound(many);
  });

  it('a run that is ended by maxPasses has not converged', async () => {
    const [full, short] = [await matched(), await matched({ maxPasses: 1 })];
    expect(full.converged).toBe(true);
    expect(full.passes).toBeGreaterThan(1);
    expect([short.converged, short.passes]).toEqual([false, 1]);
    expect(short.objective).toBeLessThanOrEqual(full.objective);
    expectSound(short);
  });
});

it('the units inside heads follow their heads in every network', async () => {
  const heads = permutationSpec({ up: '_ (h d[h])', down: '(h d[h]) _' }, { sizes: { h: 4 } });
  const make = (seed: number) => randomParams({ up: [5, 12], down: [12, 2] }, seed);
  const x = tf.randomNormal([20, 5], 0, 1, 'float32', 1);
  const activations = ({ up }: Params) => ({ d: tf.matMul(x, up) });
  const params = [1, 2, 3, 4].map(make);
  const found = await activationMatchMany(heads, params, { activations, inputs: x, restarts: 20 });
  expectSound(found);
  for (const { h, d } of found.permutations) {
    expect([...d].map((unit) => Math.floor(unit / 3))).toEqual(
      [...h].flatMap((head) => [head, head, head]),
    );
  }
});
