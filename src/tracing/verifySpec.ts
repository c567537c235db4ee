import { add, cast, clone, equal, mul, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { isPromise } from '../checks';
import { invalid, named } from '../errors';
import type { NetworkInput, Params } from '../params';

import { inputList, mapParams, tensorsIn } from '../params/internal';

import type { Permutations } from '../permutation';
import { createDeviceYieldPoint, randomSource, read } from '../runtime';
import { type PermutationSpec, permute } from '../symmetry';
import { identityOf, randomOf, resolveSpec } from '../symmetry/internal';
import type { TracedForward } from './capture/tracedCall';

/** Options of {@link verifySpec}. */
export interface VerifySpecOptions {
  /** Of the permutations and of the disturbance; an integer. Default 0. */
  seed?: number;
  /** The relative difference of outputs that counts as none. Default 1e-3. */
  tolerance?: number;
  /**
   * Disturbs the params a little first (each weight by at most a tenth, zeros by at most a hundredth), so
   * that units that are equal by chance, as in a new network, are told apart. Default true.
   */
  disturb?: boolean;
  /** Ends the work: it rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** What {@link verifySpec} found. */
export interface SpecVerification {
  /** Whether permuting leaves the outputs as they are. */
  readonly ok: boolean;
  /** The relative difference ‖f(θ) − f(Pθ)‖ / ‖f(θ)‖ with all groups permuted, the largest over the inputs. */
  readonly error: number;
  /** The groups that change the outputs, with the relative difference that each makes; none where all is well. */
  readonly groups: Readonly<Record<string, number>>;
}

/**
 * Checks a spec against a network: permutes all groups at random and compares the outputs,
 * ‖f(θ) − f(Pθ)‖ / ‖f(θ)‖. Where they differ, it finds the groups at fault by halving.
 *
 * @param spec - Any spec, derived or written by hand.
 * @param forward - The network's function of its params and one input, as at inference.
 * @param params - A network; left as it is.
 * @param inputs - One input (a tensor, or an array or a record of tensors) or an array of inputs. An array of
 * tensors is an array of inputs unless forward fails on the first tensor and runs on the whole array.
 * @param options - All have defaults.
 * @throws InvalidInputError when the params do not fit the spec, or the outputs cannot be compared: forward
 * throws, is asynchronous, returns no tensor, or other values each time.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { type Params, permutationSpec, verifySpec } from 'perm-lmc';
 *
 * const params = { w1: tf.randomNormal([3, 8]), w2: tf.randomNormal([8, 2]) };
 * const forward = ({ w1, w2 }: Params, x: tf.Tensor) => tf.matMul(tf.relu(tf.matMul(x, w1)), w2);
 * const spec = permutationSpec({ w1: '_ h', w2: 'h _' });
 * (await verifySpec(spec, forward, params, tf.randomNormal([4, 3]))).ok; // true
 * ```
 */
export async function verifySpec(
  spec: PermutationSpec,
  forward: TracedForward,
  params: Params,
  inputs: NetworkInput | readonly NetworkInput[],
  options: VerifySpecOptions = {},
): Promise<SpecVerification> {
  return named('verifySpec', async () => {
    const list = inputList(inputs, (input) =>
      tidy(() => {
        run(forward, params, input);
      }),
    );
    return verifyGroups(spec, forward, params, list, options);
  });
}

/** {@link verifySpec} for the function `fn`. */
export async function verifyGroups(
  spec: PermutationSpec,
  forward: TracedForward,
  params: Params,
  inputs: readonly NetworkInput[],
  { seed = 0, tolerance = 1e-3, disturb = true, signal }: VerifySpecOptions,
): Promise<SpecVerification> {
  const yieldPoint = createDeviceYieldPoint(signal);
  const resolved = resolveSpec(spec, params);
  const random = randomOf(resolved, randomSource(seed));
  const still = identityOf(resolved);
  const names = Object.keys(random);
  const own = disturb ? disturbed(params, seed) : params;
  try {
    const before = await outputsOf(forward, own, inputs);
    if (!before.some(isTelling)) throw tellsNothing();
    const again = await outputsOf(forward, own, inputs);
    if (!(difference(before, again) <= tolerance)) throw drawsNumbers();

    /** The difference that moving these groups makes. */
    const measure = async (groups: readonly string[]): Promise<number> => {
      await yieldPoint();
      const permutations = only(spec, groups, random, still);
      const moved = permute(spec, own, permutations);
      try {
        return difference(before, await outputsOf(forward, moved, inputs));
      } finally {
        for (const each of Object.values(moved)) each.dispose();
      }
    };

    /** The groups among these that change the outputs. */
    const findFaults = async (groups: readonly string[], error: number): Promise<Fault[]> => {
      if (error <= tolerance) return [];
      if (groups.length === 1) return [[groups[0], error]];
      const middle = groups.length >> 1;
      const halves = [groups.slice(0, middle), groups.slice(middle)];
      const faults: Fault[] = [];
      for (const half of halves) faults.push(...(await findFaults(half, await measure(half))));
      // Where only both halves together change the outputs, all are at fault.
      return faults.length > 0 ? faults : groups.map((name) => [name, error]);
    };

    const error = names.length > 0 ? await measure(names) : 0;
    const faults = await findFaults(names, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
    return { ok: faults.length === 0, error, groups: Object.fromEntries(faults) };
  } finally {
    if (disturb) for (const each of Object.values(own)) each.dispose();
  }
}

type Fault = [group: string, error: number];

/** These groups moved at random, what is inside their units along with them, and nothing else. */
function only(
  { groups }: PermutationSpec,
  moved: readonly string[],
  random: Permutations,
  still: Permutations,
): Permutations {
  const permutations: Record<string, Int32Array> = {};
  for (const { name, parents } of groups) {
    if (!Object.hasOwn(random, name)) continue;
    const own = moved.includes(name) ? random[name] : still[name];
    const blocks = parents?.length === 1 ? permutations[parents[0].group] : Int32Array.of(0);
    const inner = own.length / blocks.length;
    permutations[name] = own.map(
      (unit, u) => blocks[Math.floor(u / inner)] * inner + (unit % inner),
    );
  }
  return permutations;
}

/** The values of all tensors that a forward pass returns, for each input. */
async function outputsOf(
  forward: TracedForward,
  params: Params,
  inputs: readonly NetworkInput[],
): Promise<ArrayLike<number>[][]> {
  const outputs: ArrayLike<number>[][] = [];
  for (const input of inputs) {
    const tensors = tidy(() => run(forward, params, input));
    try {
      outputs.push(await Promise.all(tensors.map((each) => read(each))));
    } finally {
      for (const each of tensors) each.dispose();
    }
  }
  return outputs;
}

/** Copies of the tensors returned, which may be the params or the input themselves. */
function run(forward: TracedForward, params: Params, input: NetworkInput): Tensor[] {
  const returned = callForward(forward, params, input);
  if (isPromise(returned)) {
    returned.then(undefined, () => {});
    throw invalid('forward is asynchronous', 'Return the output itself, awaiting nothing');
  }
  const tensors = tensorsIn(returned).filter(({ dtype }) => dtype !== 'string');
  if (tensors.length === 0) {
    throw invalid('forward returned no tensor', 'Return the output of the network');
  }
  return tensors.map((each) => clone(each));
}

function callForward(forward: TracedForward, params: Params, input: NetworkInput): unknown {
  try {
    return forward(params, input);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw invalid(`forward failed: ${message}`, 'See the cause of this error', { cause: error });
  }
}

/** Whether a single value of these outputs is a number that can be compared. */
function isTelling(outputs: readonly ArrayLike<number>[]): boolean {
  return outputs.some((values) => Array.prototype.some.call(values, Number.isFinite));
}

/** The largest ‖a − b‖ / ‖a‖ over the inputs. */
function difference(
  before: readonly (readonly ArrayLike<number>[])[],
  after: readonly (readonly ArrayLike<number>[])[],
): number {
  return Math.max(0, ...before.map((outputs, i) => relativeDifference(outputs, after[i])));
}

function relativeDifference(
  before: readonly ArrayLike<number>[],
  after: readonly ArrayLike<number>[],
): number {
  let apart = 0;
  let norm = 0;
  for (const [i, a] of before.entries()) {
    const b = after[i] ?? [];
    if (a.length !== b.length) return Number.POSITIVE_INFINITY;
    for (let j = 0; j < a.length; j++) {
      if (Object.is(a[j], b[j])) {
        if (Number.isFinite(a[j])) norm += a[j] ** 2;
        continue;
      }
      // Also where one of them is no number.
      if (!Number.isFinite(a[j] - b[j])) return Number.POSITIVE_INFINITY;
      apart += (a[j] - b[j]) ** 2;
      norm += a[j] ** 2;
    }
  }
  if (apart === 0) return 0;
  return Math.sqrt(apart / norm);
}

/** The params with each weight changed by up to a tenth of it, and zeros by up to a hundredth. */
function disturbed(params: Params, seed: number): Params {
  const random = randomSource(seed, 1);
  return tidy(() =>
    mapParams(params, (own) => {
      if (own.dtype !== 'float32') return clone(own);
      const noise = () =>
        tensor(
          Float32Array.from({ length: own.size }, () => random.below(2 ** 16) / 2 ** 16),
          own.shape,
        );
      const zeros = cast(equal(own, 0), 'float32');
      return add(mul(own, add(1, mul(noise(), 0.1))), mul(zeros, mul(noise(), 0.01)));
    }),
  );
}

function tellsNothing() {
  return invalid(
    'forward returned no finite number, so that there is nothing to compare',
    'Look for an overflow in the params or the input, or pass an input of the usual size',
  );
}

function drawsNumbers() {
  return invalid(
    'forward returned other values the second time for the same params and input',
    'It draws random numbers or keeps a state: run it as at inference (training = false, no dropout)',
  );
}
