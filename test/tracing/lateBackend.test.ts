import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { formatPattern } from '../../src/symmetry/formatPattern';
import { traceSpec } from '../../src/tracing';
import { groupList, randomInput, randomParams } from './network';
import { programs } from './programs';

/** A stand-in for a WebGPU device: the cpu backend, which tells values later but not at once. */
class LateBackend extends MathBackendCPU {
  override readSync(dataId: object): tf.BackendValues {
    // Kernels of the cpu backend read their inputs.
    if (tf.engine().state.kernelDepth > 0) return super.readSync(dataId);
    throw new Error('values are only told later');
  }
  override async read(dataId: object): Promise<tf.BackendValues> {
    return super.readSync(dataId);
  }
}
tf.registerBackend('webgpu', () => new LateBackend());
tf.copyRegisteredKernels('cpu', 'webgpu');
await tf.setBackend('webgpu');

describe('on a backend that tells values late', () => {
  it.each(['lenet', 'lstm', 'crelu', 'attention', 'rope'])(
    'the groups of %s are the same',
    async (name) => {
      const program = programs[name];
      const params = randomParams(program.shapes);
      const spec = await traceSpec(program.forward, params, randomInput(program));
      expect(groupList(spec)).toEqual([...program.groups]);
    },
  );

  it('fixes what meets a constant that was made before, and warns', async () => {
    const mask = tf.tensor1d([1, 1, 0, 0]);
    const params = randomParams({ w: [3, 4], v: [4, 2] });
    const forward = ({ w, v }: typeof params, x: tf.Tensor) =>
      tf.matMul(tf.mul(tf.matMul(x, w), mask), v);
    const spec = await traceSpec(forward, params, tf.ones([2, 3]));
    expect(formatPattern(spec.params.w)).toBe('3 4');
    expect(spec.derivation?.warnings[0]).toMatch(/cannot read their values at once/);
  });

  it('says so where code reads values at once', async () => {
    const { shapes, forward, ...program } = programs.readValues;
    const x = randomInput({ shapes, forward, ...program });
    await expect(traceSpec(forward, randomParams(shapes), x)).rejects.toThrow(
      /it reads values at once, which the backend 'webgpu' does not support/,
    );
  });
});
