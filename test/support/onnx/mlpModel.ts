import type { Params } from 'perm-lmc';
import { modelBytes, type NodeGiven, type TensorGiven } from './modelBytes';

/**
 * An MLP of PyTorch's names as an ONNX model: dense layers with ReLUs between them. A reshaped one gives its input a
 * fixed number of samples.
 */
export async function mlpModel(
  params: Params,
  layers: readonly string[],
  { batch = 'batch' as number | string, softmax = false, reshaped = false } = {},
): Promise<Uint8Array> {
  const initializers: Record<string, TensorGiven> = {};
  for (const [name, tensor] of Object.entries(params)) {
    initializers[name] = { shape: tensor.shape, data: await tensor.data() };
  }
  const first = reshaped ? 'reshaped' : 'x';
  const nodes: NodeGiven[] = layers.flatMap((layer, i): NodeGiven[] => {
    const [input, sum] = [i === 0 ? first : `relu${i - 1}`, `sum${i}`];
    return [
      ['Gemm', [input, `${layer}.weight`, `${layer}.bias`], [sum], { transB: 1 }],
      ...(i === layers.length - 1 ? [] : ([['Relu', [sum], [`relu${i}`]]] as const)),
    ];
  });
  const last = `sum${layers.length - 1}`;
  if (softmax) nodes.push(['Softmax', [last], ['probabilities'], { axis: -1 }]);
  const width = params[`${layers[0]}.weight`].shape[1]!;
  if (reshaped) {
    initializers.size = { type: 'int64', shape: [2], data: [Number(batch), width] };
    nodes.unshift(['Reshape', ['x', 'size'], ['reshaped']]);
  }
  return modelBytes({
    nodes,
    inputs: { x: { shape: [batch, width] } },
    initializers,
    outputs: [softmax ? 'probabilities' : last],
  });
}
