import type { Tensor } from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import type { NodeGiven, TensorGiven } from '../../../test/support/onnx/modelBytes';

/** A network of full size as an exporter writes it, and the same network written by hand. */
export interface ExportedNetwork {
  readonly name: string;
  /** The shape of the input without the batch. */
  readonly inputShape: readonly number[];
  /** The bytes of an .onnx file with random weights and an open batch. */
  bytes(seed: number): Uint8Array;
  /** The network in tfjs, on the params of the file. It may leave tensors to the tidy around it. */
  byHand(params: Params, x: Tensor): Tensor;
}

/** A graph that is written node by node. */
export interface GraphWriter {
  readonly nodes: NodeGiven[];
  readonly initializers: Record<string, TensorGiven>;
  /** Adds a node with one output, and returns the output's name. */
  node(op: string, inputs: readonly string[], attributes?: NodeGiven[3]): string;
  /** Adds weights with variance 1 / fan-in around a mean, and returns their name. */
  weights(name: string, shape: readonly number[], fanIn: number, mean?: number): string;
  /** Adds a list of integers, and returns its name. */
  integers(...values: number[]): string;
}

/** An empty graph whose weights are random. */
export function graphWriter(seed: number): GraphWriter {
  const nodes: NodeGiven[] = [];
  const initializers: Record<string, TensorGiven> = {};
  let state = (Math.imul(seed + 1, 2654435761) >>> 0) | 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  return {
    nodes,
    initializers,
    node(op, inputs, attributes) {
      const output = `/${op}_output_${nodes.length}`;
      nodes.push([op, inputs, [output], attributes]);
      return output;
    },
    weights(name, shape, fanIn, mean = 0) {
      const size = shape.reduce((product, n) => product * n, 1);
      const scale = Math.sqrt(3 / fanIn);
      const data = Float32Array.from({ length: size }, () => mean + scale * uniform());
      initializers[name] = { shape, data };
      return name;
    },
    integers(...values) {
      const name = `/Constant_output_${values.join('_')}`;
      initializers[name] = { type: 'int64', shape: [values.length], data: values };
      return name;
    },
  };
}
