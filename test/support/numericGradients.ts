import * as tf from '@tensorflow/tfjs-core';
import { type Params, valueAndGradients } from 'perm-lmc';
import { expect } from 'vitest';
import { expectNoLeak } from './invariants';
import { randomTensor } from './randomTensor';

/** The step of the differences. A fourth-order formula makes its error h⁴, so that float32 may have large steps. */
const STEP = 1 / 32;

/** Options of {@link expectGradients}. */
interface GradientCheck {
  /** The greatest difference, relative to the greatest gradient of the parameter and at least 1. Default 2e-3. */
  readonly tolerance?: number;
  readonly step?: number;
}

/**
 * The gradients of Σ c·f(θ) with random c are those by numeric differences, in which the sum is taken in float64; no
 * tensor is leaked. The function's tensors are disposed before its gradients are computed.
 */
export async function expectGradients(
  f: (params: Params) => tf.Tensor,
  params: Params,
  { tolerance = 2e-3, step = STEP }: GradientCheck = {},
): Promise<void> {
  const weights = tf.tidy(() => randomTensor(f(params).shape, 99));
  const loss = (own: Params) => tf.tidy(() => tf.sum(tf.mul(f(own), weights)));
  const floats = Object.keys(params).filter((name) => params[name].dtype === 'float32');
  const found = await expectNoLeak(() => valueAndGradients(loss, params), floats.length + 1);
  if (found instanceof Error) throw found;
  const { value, gradients } = found;
  expect(Object.keys(gradients)).toEqual(floats);
  for (const name of floats) {
    const expected = await differences(f, params, name, await weights.data(), step);
    expect(gradients[name].shape).toEqual(params[name].shape);
    expectClose(name, await gradients[name].data(), expected, tolerance);
  }
  tf.dispose([value, gradients, weights]);
}

/** Values differ by at most the tolerance relative to the greatest one. */
export function expectClose(
  name: string,
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  expect(found).toHaveLength(expected.length);
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(found[i] - expected[i]) <= tolerance * scale)) {
      throw new Error(`${name}[${i}]: ${found[i]}, by differences ${expected[i]}`);
    }
  }
}

/** (8(f(h) − f(−h)) − (f(2h) − f(−2h))) / 12h for every element of a parameter. */
async function differences(
  f: (params: Params) => tf.Tensor,
  params: Params,
  name: string,
  weights: ArrayLike<number>,
  h: number,
): Promise<number[]> {
  const values = Float32Array.from(await params[name].data());
  const at = async (i: number, offset: number) => {
    const output = tf.tidy(() => {
      const moved = tf.tensor(values.with(i, values[i] + offset), params[name].shape);
      return f({ ...params, [name]: moved });
    });
    const result = await output.data();
    output.dispose();
    return Array.from(result).reduce((sum, value, j) => sum + value * weights[j], 0);
  };
  const gradient: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const inner = (await at(i, h)) - (await at(i, -h));
    const outer = (await at(i, 2 * h)) - (await at(i, -2 * h));
    gradient.push((8 * inner - outer) / (12 * h));
  }
  return gradient;
}
