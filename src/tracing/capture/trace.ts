import { Tensor, tidy } from '@tensorflow/tfjs-core';
import { assertFunction, isPromise, kindOf } from '../../checks';
import { failed, invalid } from '../../errors';
import type { NetworkInput, Params } from '../../params';
import { assertRecord, assertTensor, tensorsIn } from '../../params/internal';
import { assertWithinReach } from '../../runtime';
import type { ParameterSpec, PermutationSpec } from '../../symmetry';
import { deriveSpec } from '../deriveSpec';
import { closeRelations } from '../groups/closeRelations';
import { findSymmetries } from '../groups/findSymmetries';
import { pinsOfGroup, pinsOfSuspects } from '../groups/pinsOfGroup';
import type { Pin } from '../groups/unitGroup';
import { createConstraints } from '../labels/constraints';
import { type Recording, record } from '../labels/record';
import type { TracedCall, TracedForward } from './tracedCall';

export type { TensorSource, TracedCall, TracedForward } from './tracedCall';

/** A forward pass as it ran once, and what may be permuted in it. */
export interface Trace {
  /** The spec of the parameters, with its derivation. */
  readonly spec: PermutationSpec;
  /** Every kernel call: `calls[i].index === i`. */
  readonly calls: readonly TracedCall[];
  /**
   * The axes of an output of a call in terms of the spec's groups. Positions that the groups cannot
   * name (units that no parameter has) are fixed.
   */
  describe(call: number, output: number): ParameterSpec;
  /** How many constraints the pass made. */
  readonly constraints: number;
  /** The same with these groups fixed, each for a reason; what is inside their units still moves there. */
  withPinned(groups: ReadonlyMap<string, string>): Trace;
}

/** Options of {@link traceForward}. */
export interface TraceOptions {
  /** Answers heavy kernels with zeros where that is sound. Default true. */
  dry?: boolean;
  /** For tests: the number of a constraint to leave out, or −1; suspect groups then stay. */
  skip?: number;
}

/**
 * Runs a forward pass once and derives from its kernels which axes of the parameters may be permuted
 * together: each kernel says what must move alike for its output to stay the same.
 *
 * In a dry run, convolutions and matrix products are answered with zeros of the right shape. Where code
 * reads values that may depend on them, where a kernel is not known and where the pass throws, it is
 * run once more with all kernels real.
 */
export function traceForward(
  forward: TracedForward,
  params: Params,
  input: NetworkInput,
  { dry = true, skip }: TraceOptions = {},
): Trace {
  assertTraceable(forward, params, input);
  const run = (isDry: boolean) => {
    let recording: Recording;
    tidy(() => {
      recording = record(createConstraints(skip), forward, params, input, isDry);
    });
    return recording!;
  };
  let recording = dry ? attempt(() => run(true)) : null;
  if (!recording || recording.readsValues) recording = real(() => run(false));
  assertResult(params, recording);
  return createTrace(recording, skip === undefined);
}

function createTrace(recording: Recording, pinsSuspects: boolean): Trace {
  const { constraints, params, produced } = recording;
  const relations = closeRelations(constraints);
  const spaces = params
    .filter(({ used }) => used)
    .flatMap(({ label }) => label.bundles.map(({ space }) => space));

  function analyse(pins: readonly Pin[], warnings: readonly string[]): Trace {
    const symmetries = findSymmetries(spaces, relations, pins);
    const derived = deriveSpec(symmetries, params, produced, warnings);
    const suspects = pinsOfSuspects(symmetries, derived, params, produced);
    if (pinsSuspects && suspects.pins.length > 0) {
      return analyse([...pins, ...suspects.pins], [...warnings, ...suspects.warnings]);
    }
    return {
      spec: derived.spec,
      calls: recording.calls,
      constraints: constraints.count(),
      describe: (call, output) => derived.describe(recording.labels[call][output]),
      withPinned(groups) {
        const more = [...groups].flatMap(([name, why]) =>
          pinsOfGroup(spaces, symmetries, derived.numbers.get(name)!, why),
        );
        const told = [...groups].map(([name, why]) => `the units of '${name}' are fixed: ${why}`);
        return analyse([...pins, ...more], [...warnings, ...told]);
      },
    };
  }

  return analyse([], recording.warnings);
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

function real(work: () => Recording): Recording {
  try {
    return work();
  } catch (error) {
    throw failed(
      'forward',
      error,
      'See the cause of this error; forward must run on the params and the input as they are',
    );
  }
}

function assertTraceable(forward: TracedForward, params: Params, input: NetworkInput): void {
  assertFunction('forward', forward, 'Pass the function (params, input) => output of the network');
  assertRecord('params', params);
  for (const [name, tensor] of Object.entries(params)) assertTensor(name, tensor);
  const list =
    input instanceof Tensor
      ? [input]
      : typeof input === 'object' && input !== null && Object.values(input);
  const isInput = (list || null)?.every((each) => each instanceof Tensor && !each.isDisposed);
  if (!isInput) {
    throw invalid(
      'input is no tensor, nor an array or a record of tensors that are alive',
      'Pass a small batch of what forward takes, of the same tfjs-core as this library',
    );
  }
  for (const tensor of list as Tensor[]) assertWithinReach('input', tensor);
}

function assertResult(given: Params, { returned, params }: Recording): void {
  const disposed = Object.keys(given).find((name) => given[name].isDisposed);
  if (disposed !== undefined) {
    throw invalid(
      `forward disposed parameter '${disposed}'`,
      'A forward pass must leave its params as they are: they are needed again',
    );
  }
  if (isPromise(returned)) {
    throw invalid(
      'forward is asynchronous',
      'Return the output itself: nothing in a forward pass need be awaited',
    );
  }
  if (tensorsIn(returned).length === 0) {
    throw invalid(
      `forward returned no tensor, but ${kindOf(returned)}`,
      'Return the output of the network: a tensor, or an array or a record of tensors',
    );
  }
  if (Object.keys(params).length > 0 && params.every(({ used }) => !used)) {
    throw invalid(
      'forward uses none of the params',
      'Compute the output from the params that forward receives, not from other tensors',
    );
  }
}
