import { InvalidInputError } from 'perm-lmc';
import { expect, it } from 'vitest';
import { LostDeviceError } from '../../../src/errors';
import { attributesOf } from '../../../src/onnx/graph/attributes';
import type { Operator } from '../../../src/onnx/operators/operator';
import { runOperator } from '../../../src/onnx/run/runOperator';
import { hostInts } from '../../../src/onnx/values/hostArray';

const call = {
  op: 'Conv',
  opset: 17,
  attributes: attributesOf(new Map(), { bytes: new Uint8Array(), externalData: {} }),
  inputs: [hostInts([1, 2]), null],
  outputCount: 1,
};

const failing = (error: Error): Operator => ({
  run() {
    throw error;
  },
});

const errorOf = (error: Error): unknown => {
  try {
    return runOperator(failing(error), call);
  } catch (thrown) {
    return thrown;
  }
};

it('an error of tfjs becomes one that names the shapes of the inputs, and is its cause', () => {
  const cause = new Error('Error in conv2d: ranks differ\n');
  const error = errorOf(cause);
  expect(error).toBeInstanceOf(InvalidInputError);
  expect(error).toMatchObject({
    cause,
    problem: 'Conv failed on inputs of shapes [2], none: Error in conv2d: ranks differ',
  });
});

it('a lost device stays what it is', () => {
  const lost = new LostDeviceError('the device is lost');
  expect(errorOf(lost)).toBe(lost);
});

it('one output becomes a list of one', () => {
  const output = hostInts([3]);
  expect(runOperator({ run: () => output }, call)).toEqual([output]);
});
