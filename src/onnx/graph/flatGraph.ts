import type { OnnxNode, ValueInfo } from '../model/onnxModel';
import type { TensorRecord } from '../model/tensorRecord';
import type { HostArray } from '../values/hostArray';
import type { Attributes } from './attributes';

/** A model's graph with functions and branches on constants replaced by their nodes. */
export interface FlatGraph {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** In an order in which each step follows the steps that make its inputs. */
  readonly steps: readonly GraphStep[];
  /** The tensors of the file by the names of their values. */
  readonly tensors: ReadonlyMap<string, FlatTensor>;
}

/** An operator's call. */
export interface GraphStep {
  readonly op: string;
  readonly domain: string;
  /** The version of the domain's operators. */
  readonly opset: number;
  /** The node in words for errors. */
  readonly label: string;
  /** The names of the inputs. An empty name is an input that is left out. */
  readonly inputs: readonly string[];
  /** The names of the outputs. An empty name is an output that is not needed. */
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
  /** The branches of an `If` whose condition is not a constant: if it holds, and otherwise. */
  readonly branches?: readonly [Branch, Branch];
}

/** A branch of an `If`. Its steps also read values around it. */
export interface Branch {
  readonly steps: readonly GraphStep[];
  readonly outputs: readonly string[];
}

/** A tensor that the file holds. */
export interface FlatTensor {
  /** The record in the file; null for a list or number in an attribute. */
  readonly record: TensorRecord | null;
  /** The values of a constant without a record. */
  readonly values: HostArray | null;
  /** The Constant node that holds it; null for initializers. */
  readonly node: OnnxNode | null;
  /** The tensor of which this is another name. */
  readonly aliasOf?: string;
  /** The part of the first axis that it is. Default: the whole tensor. */
  readonly part?: TensorPart;
}

/** One of several equal parts of a tensor's first axis. */
export interface TensorPart {
  readonly index: number;
  readonly of: number;
}
