import { clone, keep, Tensor, type TensorInfo, tidy } from '@tensorflow/tfjs-core';
import { isPromise } from '../../checks';
import { failed, invalid } from '../../errors';
import type { NetworkInput, Params } from '../../params';
import { read } from '../../runtime';
import { interceptKernels, type KernelCall } from '../capture/interceptKernels';
import type { TracedForward } from '../capture/tracedCall';
import { type Choices, createChoices, floatInputs, isChoice, isSelection } from './choices';

/** A tensor whose values show whether the network is the same function. */
export interface ComparedTensor {
  /** Where it is in what forward returns, or the kernel that selects from it. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** Whether it is what a kernel selects from, so that its order may be another. */
  readonly isSelectedFrom: boolean;
  /** Whether it depends on the parameters. */
  readonly isComputed: boolean;
}

/** A forward pass on each input: what it gave. */
export type ForwardPass = readonly (readonly ComparedTensor[])[];

/** Runs forward passes on the same inputs. */
export interface ForwardPasses {
  run(params: Params): Promise<ForwardPass>;
  dispose(): void;
}

/** Forward passes of one network; the choices of the first are kept in the others. */
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

/** A tensor to compare that is not read yet; a kept copy, for it may be a parameter or be tidied up. */
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

/** What a tensor is computed from, as far as it matters: the parameters, the selections before it. */
interface Origin {
  readonly isComputed: boolean;
  readonly selections: ReadonlySet<number>;
}

const copyOf = (tensor: Tensor): Tensor => keep(clone(tensor));

/** The tensors to compare: those returned and those that they are selected from. */
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

/** What a forward pass returns, by name. */
export function outputsOf(run: () => unknown): [string, Tensor][] {
  const returned = attempt(run);
  if (isPromise(returned)) {
    returned.then(undefined, () => {});
    throw invalid('forward is asynchronous', 'Return the output itself, awaiting nothing');
  }
  const outputs = namedTensors(returned).filter(([, { dtype }]) => dtype !== 'string');
  if (outputs.length === 0) {
    throw invalid('forward returned no tensor', 'Return the output of the network');
  }
  return outputs;
}

/** What a kernel selects from. */
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

/** The tensors in nested arrays and records with their places: 'output' for one alone, 'boxes', '0', 'heads.1'. */
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
