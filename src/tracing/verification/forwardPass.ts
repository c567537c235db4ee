import { clone, keep, Tensor, type TensorInfo, tidy } from '@tensorflow/tfjs-core';
import { dropRejection, isPromise, kindOf } from '../../checks';
import { failed, invalid } from '../../errors';
import type { NetworkInput, Params } from '../../params';
import { read } from '../../runtime';
import { interceptKernels, type KernelCall } from '../capture/interceptKernels';
import type { TracedForward } from '../capture/tracedCall';
import { type Choices, createChoices, floatInputs, isChoice, isSelection } from './choices';

/** A tensor that is compared between forward passes. */
export interface ComparedTensor {
  /** Its path in the value that forward returns, or the kernel that selects from it. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Its values, row-major. */
  readonly values: ArrayLike<number>;
  /** True if a kernel selects from it. Its values may then be in any order. */
  readonly isSelectedFrom: boolean;
  /** True if it depends on the parameters. */
  readonly isComputed: boolean;
}

/** The compared tensors of a forward pass, for each input. */
export type ForwardPass = readonly (readonly ComparedTensor[])[];

/** Forward passes of one network on the same inputs. */
export interface ForwardPasses {
  run(params: Params): Promise<ForwardPass>;
  dispose(): void;
}

/** Forward passes of one network. Later passes repeat the choices of the first. */
export function createForwardPasses(
  forward: TracedForward,
  inputs: readonly NetworkInput[],
): ForwardPasses {
  const choices = inputs.map(() => createChoices());
  let isFirst = true;
  return {
    async run(params) {
      const pass: ComparedTensor[][] = [];
      for (const [i, input] of inputs.entries()) {
        let unread: Unread[] = [];
        tidy(() => {
          unread = runWatched(forward, params, input, choices[i]);
        });
        pass.push(await readAll(unread));
        if (isFirst) await choices[i].close();
      }
      isFirst = false;
      return pass;
    },
    dispose() {
      for (const each of choices) each.dispose();
    },
  };
}

/** A tensor to compare before it is read: a kept copy, since the original may be a parameter or be disposed. */
type Unread = Omit<ComparedTensor, 'values'> & { readonly tensor: Tensor };

async function readAll(unread: readonly Unread[]): Promise<ComparedTensor[]> {
  try {
    return await Promise.all(
      unread.map(async ({ tensor, ...rest }) => ({ ...rest, values: await read(tensor) })),
    );
  } finally {
    for (const { tensor } of unread) tensor.dispose();
  }
}

/** The dependencies of a tensor. */
interface Origin {
  /** True if it depends on the parameters. */
  readonly isComputed: boolean;
  /** The numbers of the selections that it depends on. */
  readonly selections: ReadonlySet<number>;
}

const copyOf = (tensor: Tensor): Tensor => keep(clone(tensor));

/** The tensors to compare: those that are returned, and those that they are selected from. */
function runWatched(
  forward: TracedForward,
  params: Params,
  input: NetworkInput,
  choices: Choices,
): Unread[] {
  const origins = new WeakMap<object, Origin>();
  const selectedFrom: Unread[][] = [];
  for (const each of Object.values(params)) {
    origins.set(each, { isComputed: true, selections: new Set() });
  }
  let count = 0;

  function onKernel(call: KernelCall): TensorInfo | TensorInfo[] {
    const known = Object.values(call.inputs)
      .flat()
      .flatMap((each) => origins.get(each) ?? []);
    if (known.length === 0) return call.run();
    const selections = new Set(known.flatMap((origin) => [...origin.selections]));
    if (isSelection(call.name)) {
      selections.add(selectedFrom.length);
      selectedFrom.push(candidatesOf(call, selectedFrom.length));
    }
    const answer = isChoice(call) ? choices.answer(call, count++) : call.run();
    for (const each of Array.isArray(answer) ? answer : [answer]) {
      origins.set(each, { isComputed: true, selections });
    }
    return answer;
  }

  let reached = new Set<number>();
  try {
    const outputs = outputsOf(() => interceptKernels({ onKernel }, () => forward(params, input)));
    reached = new Set(
      outputs.flatMap(([, tensor]) => [...(origins.get(tensor)?.selections ?? [])]),
    );
    const compared = outputs.map(([name, tensor]) => ({
      name,
      shape: tensor.shape,
      isSelectedFrom: false,
      isComputed: origins.has(tensor),
      tensor: copyOf(tensor),
    }));
    return [...compared, ...selectedFrom.filter((_, i) => reached.has(i)).flat()];
  } finally {
    for (const { tensor } of selectedFrom.filter((_, i) => !reached.has(i)).flat()) {
      tensor.dispose();
    }
  }
}

/** The tensors that a forward pass returns, by name. Throws unless there is one. */
export function outputsOf(run: () => unknown): [string, Tensor][] {
  const returned = attempt(run);
  if (isPromise(returned)) {
    dropRejection(returned);
    throw invalid(
      'forward is asynchronous',
      'Return the output itself instead of a promise: a forward pass needs no await',
      { param: 'forward' },
    );
  }
  const outputs = namedTensors(returned).filter(([, { dtype }]) => dtype !== 'string');
  if (outputs.length === 0) {
    throw invalid(
      `forward must return a tensor, or an array or a record of tensors, received ${kindOf(returned)}`,
      'Return the output of the network',
      { param: 'forward', received: kindOf(returned) },
    );
  }
  return outputs;
}

/** The tensors that a kernel selects from. `number` counts the selections of the pass. */
function candidatesOf(call: KernelCall, number: number): Unread[] {
  return floatInputs(call).map(([input, tensor], _, { length }) => ({
    name: `${length > 1 ? `${input} of ` : ''}${call.name} ${number}`,
    shape: tensor.shape,
    isSelectedFrom: true,
    isComputed: true,
    tensor: copyOf(tensor),
  }));
}

function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    throw failed('forward', error);
  }
}

/** The tensors in nested arrays and records by path ('boxes', '0', 'heads.1'); 'output' for a single tensor. */
function namedTensors(value: unknown): [string, Tensor][] {
  if (value instanceof Tensor) return [['output', value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    namedTensors(each).map(([inner, tensor]): [string, Tensor] => [
      each instanceof Tensor ? key : `${key}.${inner}`,
      tensor,
    ]),
  );
}
