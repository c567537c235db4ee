import { describe, expect, it } from 'vitest';
import { formatPattern } from '../../src/symmetry/formatPattern';
import { traceForward } from '../../src/tracing/capture/trace';
import { useBackend } from '../support/backend';
import { withoutArrows } from '../support/withoutArrows';
import { groupList, outputChange, randomInput, randomParams } from './network';
import { programs } from './programs';

await useBackend('cpu');

const all = Object.entries(programs);

describe('traceForward', () => {
  it.each(all)('finds the groups and patterns of %s', (_, program) => {
    const [params, x] = [randomParams(program.shapes), randomInput(program)];
    const { spec } = traceForward(program.forward, params, x);
    const patterns = Object.fromEntries(
      Object.entries(spec.params).map(([name, each]) => [name, withoutArrows(formatPattern(each))]),
    );
    expect(groupList(spec)).toEqual([...program.groups]);
    expect(patterns).toMatchObject(program.patterns ?? {});
  });

  it.each(all)('permuting the groups of %s leaves its outputs', (_, program) => {
    const [params, x] = [randomParams(program.shapes), randomInput(program)];
    const { spec } = traceForward(program.forward, params, x);
    const other = randomInput(program, 6);
    expect(outputChange(spec, program.forward, params, other)).toBeLessThan(1e-4);
  });

  it.each(all)('a dry run of %s finds what a real one does', (_, program) => {
    const [params, x] = [randomParams(program.shapes), randomInput(program)];
    const [dry, real] = [true, false].map((isDry) =>
      traceForward(program.forward, params, x, { dry: isDry }),
    );
    expect(dry.spec).toEqual(real.spec);
    expect(dry.calls).toEqual(real.calls);
  });
});

describe('a trace with groups fixed', () => {
  const { attention } = programs;
  const [params, x] = [randomParams(attention.shapes), randomInput(attention)];
  const trace = traceForward(attention.forward, params, x);
  const pinned = (name: string) => trace.withPinned(new Map([[name, 'the test says so']])).spec;

  it('leaves the heads to move where the dimensions inside them are fixed', () => {
    expect(formatPattern(pinned('wq').params.wq)).toBe('>embed (wq 6)>');
    expect(groupList(pinned('wq'))).toEqual(['24', '24/4', '4']);
  });

  it('leaves the dimensions of each head to move where the heads are fixed', () => {
    // Four groups of 6 for the queries and keys, four for the values.
    expect(groupList(pinned('wq.heads'))).toEqual(['24', ...Array(8).fill('6')]);
  });

  it('tells the reason', () => {
    const { derivation } = pinned('embed');
    expect(derivation?.warnings).toEqual(["the units of 'embed' are fixed: the test says so"]);
    expect(derivation?.fixed).toContainEqual({ param: 'wo', axis: 1, why: 'the test says so' });
  });
});

describe('the calls of a trace', () => {
  const { attention, mlp } = programs;

  it('tell where each input comes from', () => {
    const [params, x] = [randomParams(mlp.shapes), randomInput(mlp)];
    const { calls } = traceForward(mlp.forward, params, x);
    expect(calls.map(({ index }) => index)).toEqual([...calls.keys()]);
    expect(
      calls.slice(0, 3).map(({ kernel, inputs, shapes }) => ({ kernel, inputs, shapes })),
    ).toEqual([
      { kernel: 'Reshape', inputs: { x: { kind: 'input', index: 0 } }, shapes: [[4, 10]] },
      {
        kernel: 'BatchMatMul',
        inputs: {
          a: { kind: 'call', call: 0, output: 0 },
          b: { kind: 'param', name: 'dense1/kernel' },
        },
        shapes: expect.anything(),
      },
      expect.anything(),
    ]);
  });

  it('are described by the groups of the spec', () => {
    const [params, x] = [randomParams(attention.shapes), randomInput(attention)];
    const trace = traceForward(attention.forward, params, x);
    const softmax = trace.calls.find(({ kernel }) => kernel === 'Softmax')!;
    expect(formatPattern(trace.describe(softmax.index, 0))).toBe('2 wq.heads 7 7');
    const [query] = trace.calls.filter(({ kernel }) => kernel === 'Transpose');
    expect(formatPattern(trace.describe(query.index, 0))).toBe('2 wq.heads 7 wq[wq.heads]');
    expect(formatPattern(trace.describe(trace.calls.length - 1, 0))).toBe('2 3');
  });
});

describe('on the wasm backend', () => {
  it.each(['lenet', 'lstm', 'vit', 'resNext', 'rotaryByGather'])(
    'the spec of %s is the same',
    async (name) => {
      const program = programs[name];
      const trace = () => {
        const [params, x] = [randomParams(program.shapes), randomInput(program)];
        return traceForward(program.forward, params, x).spec;
      };
      const here = trace();
      await useBackend('wasm');
      try {
        expect(trace()).toEqual(here);
      } finally {
        await useBackend('cpu');
      }
    },
  );
});
