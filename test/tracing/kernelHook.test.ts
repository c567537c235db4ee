import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { interceptKernels } from '../../src/tracing/capture/interceptKernels';
import { useBackend } from '../support/backend';

await useBackend('cpu');

const engineState = () => Object.getOwnPropertyDescriptors(tf.engine());

describe('interceptKernels', () => {
  it('tells each call by its number, with its inputs and attributes', () => {
    const seen: unknown[] = [];
    tf.tidy(() =>
      interceptKernels(
        {
          onKernel(call) {
            seen.push([call.index, call.name, Object.keys(call.inputs), call.attrs]);
            return call.run();
          },
        },
        () => tf.concat([tf.relu(tf.ones([2])), tf.ones([1])]),
      ),
    );
    expect(seen).toEqual([
      [0, 'Relu', ['x'], {}],
      [1, 'Concat', ['0', '1'], { axis: 0 }],
    ]);
  });

  it('lets a handler answer with other tensors, and does not see the kernels that it runs', () => {
    const names: string[] = [];
    const [value] = tf.tidy(() =>
      interceptKernels(
        {
          onKernel(call) {
            names.push(call.name);
            return call.name === 'Relu' ? tf.mul(tf.scalar(3), 2) : call.run();
          },
        },
        () => tf.square(tf.relu(tf.scalar(1))).dataSync(),
      ),
    );
    expect(value).toBe(36);
    expect(names).toEqual(['Relu', 'Square']);
  });

  it('tells what code reads and makes', () => {
    const read: boolean[] = [];
    const made: number[][] = [];
    tf.tidy(() => {
      const x = tf.ones([3]);
      interceptKernels(
        { onRead: (_, atOnce) => read.push(atOnce), onTensor: ({ shape }) => made.push(shape) },
        () => {
          x.dataSync();
          void x.data();
          tf.zeros([2, 2]);
        },
      );
    });
    expect(read).toEqual([true, false]);
    expect(made).toEqual([[2, 2]]);
  });

  it('leaves the engine as it was, also after a throw and where uses nest', () => {
    const before = engineState();
    interceptKernels({}, () => {});
    expect(engineState()).toEqual(before);
    expect(() =>
      interceptKernels(
        {
          onKernel: () => {
            throw new Error('no');
          },
        },
        () => tf.relu(tf.scalar(1)),
      ),
    ).toThrow('no');
    expect(engineState()).toEqual(before);
    const names: string[] = [];
    const note = (prefix: string) => ({
      onKernel(call: { index: number; name: string; run(): tf.TensorInfo | tf.TensorInfo[] }) {
        names.push(`${prefix} ${call.index} ${call.name}`);
        return call.run();
      },
    });
    tf.tidy(() =>
      interceptKernels(note('outer'), () => {
        tf.relu(tf.scalar(1));
        interceptKernels(note('inner'), () => tf.square(tf.scalar(1)));
        tf.neg(tf.scalar(1));
      }),
    );
    expect(names).toEqual(['outer 0 Relu', 'inner 0 Square', 'outer 1 Square', 'outer 2 Neg']);
    expect(engineState()).toEqual(before);
  });

  it('puts back methods that others have put in place', () => {
    const engine = tf.engine();
    const own = engine.runKernel.bind(engine);
    engine.runKernel = own;
    try {
      interceptKernels({}, () => tf.tidy(() => tf.relu(tf.scalar(1))));
      expect(Object.getOwnPropertyDescriptor(engine, 'runKernel')?.value).toBe(own);
    } finally {
      Reflect.deleteProperty(engine, 'runKernel');
    }
  });
});
