import { invalid } from '../../errors';
import type { OnnxNode } from '../model/onnxModel';
import { type HostArray, hostArray } from '../values/hostArray';
import type { Attributes } from './attributes';
import type { FlatTensor } from './flatGraph';

/** The tensor of a Constant node. */
export function constantTensor(node: OnnxNode, attributes: Attributes): FlatTensor {
  const record = attributes.record('value');
  if (record) return { record, values: null, node };
  return { record: null, values: listedConstant(attributes), node };
}

/** The constant of a number or a list of numbers. */
function listedConstant(attributes: Attributes): HostArray {
  for (const [name, dtype] of [
    ['value_float', 'float32'],
    ['value_int', 'int32'],
  ] as const) {
    const value = attributes.number(name, undefined);
    if (value !== undefined) return hostArray(dtype, [], [value]);
    const list = attributes.numbers(`${name}s`, undefined);
    if (list) return hostArray(dtype, [list.length], list);
  }
  throw invalid('its constant is not a tensor of numbers', 'Export the model without it', {
    param: 'value',
  });
}
