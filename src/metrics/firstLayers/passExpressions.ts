import { clone, dispose, keep, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import type { NetworkInput, Params } from '../../params';
import { tensorsIn } from '../../params/internal';
import { inputTensors, type KernelCall } from '../../tracing/internal';
import type { Expression } from './expression';
import { isDeterministic } from './isDeterministic';
import { isLinear } from './isLinear';
import { callKey, exact, type KeyNames } from './keyNames';
import { onNetworks } from './onNetworks';

/** The expressions of the tensors of one forward pass. */
export interface PassExpressions {
  /** The expression of a tensor; null if it is not known to be independent of the params or linear in them. */
  of(tensor: TensorInfo): Expression | null;
  /** Adds the outputs of a kernel call. */
  add(call: KernelCall, answer: TensorInfo | TensorInfo[]): void;
  /** Adds a tensor that code made from values of its own. */
  addValues(tensor: Tensor, values: ArrayLike<number>): void;
  /** Frees what the expressions hold. They are not used after this. */
  dispose(): void;
}

/** The most values of a constant that is recognised by its values. */
const MOST_VALUES = 64;

/**
 * The expressions of a pass. They belong to tensors rather than to data, which two parameters may share. A tensor
 * from outside the pass is a constant, known by its data.
 *
 * @param mixed - The parameters that are mixtures of those of the networks.
 */
export function passExpressions(
  mixed: Params,
  input: NetworkInput,
  names: KeyNames,
): PassExpressions {
  const known = new WeakMap<object, Expression | null>();
  const held: Tensor[] = [];
  for (const [name, tensor] of Object.entries(mixed)) {
    const key = names.nameOf(`parameter ${name}`);
    known.set(tensor, { kind: 'weight', key, of: (network) => network[name] });
  }
  for (const [at, tensor] of tensorsIn(input).entries())
    known.set(tensor, { kind: 'data', key: names.nameOf(`input ${at}`) });

  function of(tensor: TensorInfo): Expression | null {
    const own = known.get(tensor);
    if (own !== undefined) return own;
    const key = names.nameOf(`${names.nameOfData(tensor.dataId)} [${tensor.shape}]`);
    return { kind: 'constant', key };
  }

  function outputOf(call: KernelCall, output: number): Expression | null {
    const operands: [string, Expression][] = [];
    for (const [name, tensor] of inputTensors(call)) {
      const operand = of(tensor);
      if (!operand) return null;
      operands.push([name, operand]);
    }
    const count = (kind: Expression['kind']) =>
      operands.filter(([, operand]) => operand.kind === kind).length;
    const weights = count('weight');
    const key = () => names.nameOf(callKey(call, operands, output));
    if (weights === 0) {
      if (!isDeterministic(call.name)) return null;
      return { kind: count('data') > 0 ? 'data' : 'constant', key: key() };
    }
    if (!isLinear(call.name, weights, operands.length - weights)) return null;
    return { kind: 'weight', key: key(), of: onNetworks(call, of, hold) };
  }

  /** A tensor of the same values that lives until the end of the pass. */
  function hold(tensor: Tensor): Tensor {
    const own = keep(clone(tensor));
    held.push(own);
    return own;
  }

  return {
    of,
    add(call, answer) {
      for (const [output, tensor] of [answer].flat().entries())
        known.set(tensor, outputOf(call, output));
    },
    addValues(tensor, values) {
      const isShort = tensor.dtype !== 'string' && tensor.size <= MOST_VALUES;
      const key = () => `${tensor.dtype} [${tensor.shape}] ${Array.from(values, exact)}`;
      known.set(tensor, isShort ? { kind: 'constant', key: names.nameOf(key()) } : null);
    },
    dispose: () => dispose(held),
  };
}
