import * as tf from '@tensorflow/tfjs-core';
import { type Params, permutationSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { formatPattern } from '../../src/symmetry/formatPattern';
import { traceSpec, verifySpec } from '../../src/tracing';
import { traceForward } from '../../src/tracing/capture/trace';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { groupList, randomInput, randomParams } from './network';
import { programs } from './programs';

await useBackend('cpu');

const { groupedOfTorch4, lanesInAnotherOrder, rotaryFused } = programs;

describe('a grouped convolution of several convolutions', () => {
  const params = randomParams(groupedOfTorch4.shapes);
  const x = randomInput(groupedOfTorch4);
  const { forward } = groupedOfTorch4;

  it.each(['groupedBySplit4', 'groupedOfTorch', 'resNext', 'shuffleUnit', 'headsOneByOne'])(
    'passes verification: %s',
    async (name) => {
      const program = programs[name];
      const [own, input] = [randomParams(program.shapes), randomInput(program)];
      const spec = await traceSpec(program.forward, own, input);
      expect(groupList(spec)).toEqual([...program.groups]);
      expect(spec.derivation?.warnings).toEqual([]);
    },
  );

  it('leaks nothing', async () => {
    await expectNoLeak(() => traceSpec(forward, params, x));
  });

  it('is described by groups where the convolutions are joined', () => {
    const trace = traceForward(forward, params, x);
    expect(trace.joins.size).toBe(1);
    const [[join, inside]] = trace.joins;
    expect(trace.calls[join].kernel).toBe('Concat');
    expect(formatPattern(trace.describe(join, 0))).toBe('2 4 4 (a.heads g[a.heads])');
    const convolution = inside.find((call) => trace.calls[call].kernel === 'Conv2D')!;
    expect(formatPattern(trace.describe(convolution, 0))).toBe('2 4 4 3');
  });

  it('leaves the channels of each group to move where the groups are fixed', () => {
    const trace = traceForward(forward, params, x);
    const pinned = trace.withPinned(new Map([['a.heads', 'the test says so']])).spec;
    // Two input channels and three output channels in each of four groups, and their products.
    expect(groupList(pinned)).toEqual([
      ...Array(4).fill('2'),
      ...Array(4).fill('3'),
      '5',
      ...Array(4).fill('6=2×3'),
    ]);
  });

  it('is taken as it ran first by a pass that does something else the second time', () => {
    let runs = 0;
    const changing = (p: Params, input: tf.Tensor) => {
      const y = forward(p, input);
      return runs++ % 2 === 0 ? y : tf.neg(y);
    };
    const { spec, calls, joins } = traceForward(changing, params, x);
    expect(calls.at(-1)?.kernel).not.toBe('Neg');
    expect(joins.size).toBe(0);
    // The convolutions keep their order.
    expect(groupList(spec)).toEqual(['2', '3', '3', '3', '3', '5']);
  });

  it('runs the pass once where there are no lanes', () => {
    let runs = 0;
    const own = randomParams(lanesInAnotherOrder.shapes);
    const counted = (p: Params, input: tf.Tensor) => {
      runs++;
      return lanesInAnotherOrder.forward(p, input);
    };
    traceForward(counted, own, randomInput(lanesInAnotherOrder));
    expect(runs).toBe(1);
  });
});

describe('a written spec of grouped queries in one kernel', () => {
  const params = randomParams(rotaryFused.shapes);
  const x = randomInput(rotaryFused);
  const patterns = {
    embed: '_ e',
    gain: 'e',
    qkv: 'e (g r[g] 4 + g 4 + g v[g])',
    o: '(g r[g] v[g]) e',
    head: 'e _',
  };
  /** Two key heads, with three of six query heads each. */
  const sizes = { g: 2, r: 6 };

  it('holds with the sizes of its heads', async () => {
    const spec = permutationSpec(patterns, { sizes });
    expect(await verifySpec(spec, rotaryFused.forward, params, x)).toMatchObject({ ok: true });
  });

  it('is refused where the query heads move without their key heads', async () => {
    const spec = permutationSpec(
      { ...patterns, qkv: 'e (f 4 + 2 4 + 2 v)', o: '(f v) e' },
      { sizes: { f: 6 } },
    );
    expect((await verifySpec(spec, rotaryFused.forward, params, x)).ok).toBe(false);
  });
});
