import type { OnnxAttribute } from '../model/onnxModel';
import { attributesOf } from './attributes';
import type { GraphStep } from './flatGraph';

/** A step of the standard domain that no node of the file has. */
export function madeStep(
  { opset, label }: Pick<GraphStep, 'opset' | 'label'>,
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  values: Readonly<Record<string, OnnxAttribute>> = {},
): GraphStep {
  const source = { bytes: new Uint8Array(), externalData: {} };
  const attributes = attributesOf(new Map(Object.entries(values)), source);
  return { op, domain: '', opset, label, inputs, outputs, attributes };
}
