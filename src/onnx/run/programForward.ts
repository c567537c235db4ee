import { type NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { kindOf, listNames } from '../../checks';
import { about, invalid } from '../../errors';
import type { ModelForward } from '../../models';
import { assertFits } from '../../models/internal';
import type { Params } from '../../params';
import { withFastProducts } from '../../runtime';
import type { Program } from '../graph/program';
import { elementType } from '../model/elementType';
import { runProgram } from './runProgram';

/** The input of an ONNX graph: a tensor, an array in the order of the graph's inputs, or a record by name. */
export type OnnxInput = Tensor | Tensor[] | NamedTensorMap;

/** The function of params that runs a program. It returns a tensor if there is one output, and a record if not. */
export function programForward<Output>(program: Program): ModelForward<OnnxInput, Output> {
  const weights = Object.fromEntries(
    program.weights.map(({ name, shape }) => [
      name,
      { shape: [...shape], dtype: 'float32' as const },
    ]),
  );
  return (params: Params, x: OnnxInput): Output => {
    assertFits(weights, params);
    const given = new Map(Object.entries(params));
    for (const [name, tensor] of namedInputs(program, x)) given.set(name, tensor);
    const outputs = about('forward', () => withFastProducts(() => runProgram(program, given)));
    if (outputs.length === 1) return outputs[0] as Output;
    return Object.fromEntries(program.outputs.map((name, i) => [name, outputs[i]])) as Output;
  };
}

/** The tensors of the inputs by name, checked against their declarations. */
function namedInputs({ inputs }: Program, x: OnnxInput): [string, Tensor][] {
  const names = inputs.map(({ name }) => name);
  const list = x instanceof Tensor ? [x] : x;
  const given: readonly [string, Tensor][] = Array.isArray(list)
    ? list.map((tensor, i): [string, Tensor] => [names[i], tensor])
    : Object.entries(list);
  const isWhole = given.length === names.length && given.every(([name]) => names.includes(name));
  if (!isWhole) {
    throw invalid(
      `the graph has the inputs ${listNames(names)}, received ${Array.isArray(list) ? given.length : listNames(Object.keys(list))}`,
      'Pass a tensor for each, as an array in this order or as a record by name',
      { param: 'input', received: given.map(([name]) => name) },
    );
  }
  for (const [name, tensor] of given) {
    const { shape, type } = inputs[names.indexOf(name)];
    if (!(tensor instanceof Tensor)) {
      throw invalid(
        `input '${name}' must be a tensor, received ${kindOf(tensor)}`,
        'Pass a tensor made by the same tfjs-core that this library imports',
        { param: name, received: kindOf(tensor) },
      );
    }
    const fits =
      !shape ||
      (shape.length === tensor.rank &&
        shape.every((size, axis) => typeof size !== 'number' || size === tensor.shape[axis]));
    if (!fits) {
      throw invalid(
        `input '${name}' has shape [${tensor.shape}], but the graph takes [${shape!.map((size) => size ?? '?')}]`,
        'Pass a batch of that shape, or export the model with dynamic axes',
        { param: name, received: tensor.shape },
      );
    }
    const isFloat = type === 0 || elementType(type).kind === 'float';
    if (isFloat === (tensor.dtype !== 'float32') && type !== 0) {
      throw invalid(
        `input '${name}' is ${tensor.dtype}, but the graph takes ${elementType(type).name}`,
        isFloat ? 'Cast it to float32' : 'Cast it to int32',
        { param: name, received: tensor.dtype },
      );
    }
  }
  return [...given];
}
