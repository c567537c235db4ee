import { engine, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import type { NetworkInput, Params } from '../../params';
import { tensorsIn } from '../../params/internal';
import type { TensorSource } from '../capture/tracedCall';
import { constantLabel, isUniform } from './constantLabel';
import type { Constraints } from './constraints';
import { fixedLabel, freeLabel, type Label, parameterLabel } from './label';
import type { LabelledTensor } from './rules/rule';

/** The record of a tensor that depends on the parameters or the input. */
interface Entry {
  readonly label: Label;
  readonly source: TensorSource;
  /** A parameter that it is computed from; null unless it is computed from parameters alone. */
  readonly param: string | null;
}

/**
 * The labels of the tensors of a forward pass. Labels belong to tensors rather than to data, which reshaped tensors
 * share. A tensor without an entry is a constant and is labelled by its values.
 */
export interface TensorBook {
  /** The label of each parameter by name. Two names of one tensor share a label. */
  readonly params: ReadonlyMap<string, Label>;
  get(tensor: Tensor | TensorInfo): Entry | undefined;
  set(tensor: Tensor | TensorInfo, entry: Entry): void;
  /** The label of an input of the forward pass. */
  inputLabel(index: number): Label;
  /** The entries of all tensors with this data. */
  entriesOfData(dataId: object): readonly Entry[];
  /** A tensor with its label, as an input of a rule. */
  operand(tensor: Tensor): LabelledTensor;
  /** The values of a constant; null if they cannot be read at once. */
  values(tensor: Tensor): ArrayLike<number> | null;
  /** A key of a constant's values; two constants of equal keys are the same. */
  constantKey(tensor: Tensor): string;
  /** Stores the values of a new constant if its backend cannot read them at once. */
  noteValues(tensor: Tensor | TensorInfo, values: () => ArrayLike<number>): void;
  /** Records a tensor that code made from values that may depend on values it read. */
  noteComputed(tensor: Tensor, values: ArrayLike<number>): void;
  /** True if values of some constant could not be read. */
  isUnreadable(): boolean;
}

/** A tensor book with entries for the parameters and the input. */
export function createTensorBook(
  constraints: Constraints,
  params: Params,
  input: NetworkInput,
): TensorBook {
  const entries = new WeakMap<object, Entry>();
  const byData = new WeakMap<object, Entry[]>();
  const noted = new WeakMap<object, ArrayLike<number>>();
  const ids = new WeakMap<object, number>();
  let constants = 0;
  let isUnreadable = false;

  function set(tensor: Tensor | TensorInfo, entry: Entry): void {
    entries.set(tensor, entry);
    byData.set(tensor.dataId, [...(byData.get(tensor.dataId) ?? []), entry]);
  }

  function values(tensor: Tensor): ArrayLike<number> | null {
    if (tensor.dtype === 'string') return null;
    return noted.get(tensor.dataId) ?? readValues(tensor);
  }

  function constantOf(tensor: Tensor): Label {
    const known = values(tensor);
    if (known) return constantLabel(constraints, tensor.shape, known);
    isUnreadable ||= tensor.size > 1;
    return fixedLabel(tensor.shape, 'it meets a constant');
  }

  const labels = new Map<string, Label>();
  for (const [name, tensor] of Object.entries(params)) {
    const same = entries.get(tensor);
    const label = same?.label ?? labelOfParam(constraints, tensor);
    if (!same) set(tensor, { label, source: { kind: 'param', name }, param: name });
    labels.set(name, label);
  }
  const inputs = tensorsIn(input).map((tensor, index) => {
    const label = fixedLabel(tensor.shape, 'it meets an axis of the input');
    set(tensor, { label, source: { kind: 'input', index }, param: null });
    return label;
  });

  return {
    params: labels,
    get: (tensor) => entries.get(tensor),
    set,
    entriesOfData: (dataId) => byData.get(dataId) ?? [],
    inputLabel: (index) => inputs[index],
    operand(tensor) {
      const known = entries.get(tensor);
      return known
        ? { label: known.label, tensor, constant: false }
        : { label: constantOf(tensor), tensor, constant: true };
    },
    values,
    constantKey(tensor) {
      const number = tensor.size === 1 && values(tensor)?.[0];
      if (typeof number === 'number') {
        return `${tensor.dtype} [${tensor.shape}] ${Object.is(number, -0) ? '-0' : number}`;
      }
      const id = ids.get(tensor.dataId) ?? constants++;
      ids.set(tensor.dataId, id);
      return `data ${id} [${tensor.shape}]`;
    },
    noteValues(tensor, read) {
      if (answersLate()) noted.set(tensor.dataId, Array.from(read()));
    },
    noteComputed(tensor, computed) {
      const label = isUniform(computed)
        ? freeLabel(tensor.shape)
        : fixedLabel(tensor.shape, 'it meets values that code computed');
      set(tensor, { label, source: { kind: 'constant' }, param: null });
    },
    isUnreadable: () => isUnreadable,
  };
}

/** True if values read at once may be wrong: WebGPU can only be read asynchronously. */
export function answersLate(): boolean {
  return engine().backendName === 'webgpu';
}

function labelOfParam(constraints: Constraints, { dtype, shape }: Tensor): Label {
  return dtype === 'float32'
    ? parameterLabel(constraints, shape)
    : fixedLabel(shape, 'it is not a float32 parameter');
}

function readValues({ dataId }: Tensor): ArrayLike<number> | null {
  if (answersLate()) return null;
  try {
    return engine().readSync(dataId) as Float32Array;
  } catch {
    return null;
  }
}
