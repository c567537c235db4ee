import type { FloatDtype } from '../../io/internal';
import type { OnnxNode } from '../model/onnxModel';
import type { TensorRecord } from '../model/tensorRecord';
import type { TensorPart } from './flatGraph';

/** A weight of a graph: a parameter of the network. */
export interface Weight {
  /** The name in params. */
  readonly name: string;
  /** The shape in params. */
  readonly shape: readonly number[];
  readonly dtype: FloatDtype;
  /** The tensor in the file that holds it. */
  readonly record: TensorRecord;
  /** The Constant node of the tensor; null for initializers. */
  readonly node: OnnxNode | null;
  /** The part of the record's first axis that it is; null if it is the whole. */
  readonly part: TensorPart | null;
}
