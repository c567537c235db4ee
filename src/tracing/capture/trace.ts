import { Tensor, tidy } from '@tensorflow/tfjs-core';
import { assertFunction, isPromise, kindOf } from '../../checks';
import { failed, invalid } from '../../errors';
import type { NetworkInput, Params } from '../../params';
import { assertRecord, assertTensor, listsBy, tensorsIn } from '../../params/internal';
import { assertWithinReach } from '../../runtime';
import type { ParameterSpec, PermutationSpec } from '../../symmetry';
import { deriveSpec } from '../deriveSpec';
import { closeRelations } from '../groups/closeRelations';
import { findSymmetries } from '../groups/findSymmetries';
import { pinsOfGroup, pinsOfSuspects } from '../groups/pinsOfGroup';
import type { Pin } from '../groups/unitGroup';
import { createConstraints } from '../labels/constraints';
import { isSamePass, planRecording } from '../labels/planRecording';
import { record } from '../labels/record';
import type { Recording, RecordingPlan } from '../labels/recording';
import { axesUses } from '../roles/jointUses';
import { parameterMarks } from '../roles/parameterMarks';
import type { TracedCall, TracedForward } from './tracedCall';

export type { TensorSource, TracedCall, TracedForward } from './tracedCall';

/** The kernel calls of one forward pass, and the spec derived from them. */
export interface Trace {
  /** The spec of the parameters, with its derivation. */
  readonly spec: PermutationSpec;
  /** Every kernel call: `calls[i].index === i`. */
  readonly calls: readonly TracedCall[];
  /**
   * The calls that join lanes, such as the convolutions of a grouped convolution, and the calls in these lanes. The
   * outputs of calls in lanes are described as fixed, those of joins in terms of groups.
   */
  readonly joins: ReadonlyMap<number, readonly number[]>;
  /**
   * The axes of an output of a call in terms of the spec's groups. Positions of units that no parameter has are
   * fixed.
   */
  describe(call: number, output: number): ParameterSpec;
  /** The number of constraints from the pass. */
  readonly constraints: number;
  /** The trace with some groups fixed, each for a reason. Units inside their units may still move there. */
  withPinned(groups: ReadonlyMap<string, string>): Trace;
}

/** Options of {@link traceForward}. */
export interface TraceOptions {
  /** True to replace heavy kernels by zeros where that is sound. Default true. */
  dry?: boolean;
  /** For tests: the number of a constraint to leave out, or −1 for none. If it is set, suspect groups are kept. */
  skip?: number;
}

/**
 * Runs a forward pass and derives from its kernels the axes of parameters that may be permuted together. Each kernel
 * adds constraints that keep its output the same. The pass runs again if its calls are in lanes, or if axes of a
 * parameter move more freely as one space.
 *
 * In a dry run, convolutions and matrix products are replaced by zeros of the right shape. The pass is run again
 * with all kernels if code reads values that may depend on them, if there is no rule for a kernel, or if the pass
 * throws.
 *
 * @throws InvalidInputError when an argument is invalid, or `forward` throws, is asynchronous, disposes a
 * parameter, returns no tensor or uses none of the params.
 */
export function traceForward(
  forward: TracedForward,
  params: Params,
  input: NetworkInput,
  { dry = true, skip }: TraceOptions = {},
): Trace {
  assertTraceable(forward, params, input);
  const run = (isDry: boolean, plan: RecordingPlan | null = null) => {
    let recording: Recording;
    tidy(() => {
      recording = record(createConstraints(skip), forward, params, input, isDry, plan);
    });
    return recording!;
  };
  let recording = dry ? attempt(() => run(true)) : null;
  const isDry = recording !== null && !recording.readsValues;
  if (!recording || !isDry) recording = real(() => run(false));
  assertResult(params, recording);
  return createTrace(
    refined(recording, (plan) => run(isDry, plan)),
    skip === undefined,
  );
}

/** The recording of a pass, made again as long as it yields findings that free more symmetries. */
function refined(first: Recording, run: (plan: RecordingPlan) => Recording): Recording {
  let recording = first;
  for (let plan = planRecording(first, null); plan; plan = planRecording(recording, plan)) {
    const own = plan;
    const next = attempt(() => run(own));
    // A pass that does something else this time is taken as it was.
    if (!next || !isSamePass(first, next)) return first;
    recording = next;
  }
  return recording;
}

function createTrace(recording: Recording, pinsSuspects: boolean): Trace {
  const { constraints, params, produced } = recording;
  const relations = closeRelations(constraints);
  const shapes = new Map(params.map(({ name, label }) => [name, label.shape]));
  const labels = new Map(params.map(({ name, label }) => [name, label]));
  const marks = listsBy(parameterMarks(recording.calls, shapes), ({ part }) => [
    labels.get(part.param)!,
  ]);
  const uses = { marks, axes: axesUses(recording) };
  const spaces = params
    .filter(({ used }) => used)
    .flatMap(({ label }) => label.bundles.map(({ space }) => space));

  function analyse(pins: readonly Pin[], warnings: readonly string[]): Trace {
    const symmetries = findSymmetries(spaces, relations, pins);
    const derived = deriveSpec(symmetries, params, produced, uses, warnings);
    const suspects = pinsOfSuspects(symmetries, derived, params, produced);
    if (pinsSuspects && suspects.pins.length > 0) {
      return analyse([...pins, ...suspects.pins], [...warnings, ...suspects.warnings]);
    }
    return {
      spec: derived.spec,
      calls: recording.calls,
      joins: recording.joins,
      constraints: constraints.count(),
      describe: (call, output) => derived.describe(recording.labels[call][output]),
      withPinned(groups) {
        const more = [...groups].flatMap(([name, why]) =>
          pinsOfGroup(spaces, symmetries, derived.numbers.get(name)!, why),
        );
        const reasons = [...groups].map(
          ([name, why]) => `the units of '${name}' are fixed: ${why}`,
        );
        return analyse([...pins, ...more], [...warnings, ...reasons]);
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
      'See the cause of this error. forward must run on the given params and input',
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
      `input must be a tensor, or an array or a record of tensors, not disposed, received ${kindOf(input)}`,
      'Pass a small batch that forward accepts, made by the same tfjs-core that this library imports',
      { param: 'input', received: kindOf(input) },
    );
  }
  for (const tensor of list as Tensor[]) assertWithinReach('input', tensor);
}

function assertResult(given: Params, { returned, params }: Recording): void {
  const disposed = Object.keys(given).find((name) => given[name].isDisposed);
  if (disposed !== undefined) {
    throw invalid(
      `forward disposed parameter '${disposed}'`,
      'Leave the params alive in forward: they are needed again',
      { param: disposed },
    );
  }
  if (isPromise(returned)) {
    throw invalid(
      'forward is asynchronous',
      'Return the output itself instead of a promise: a forward pass needs no await',
      { param: 'forward' },
    );
  }
  if (tensorsIn(returned).length === 0) {
    throw invalid(
      `forward must return a tensor, or an array or a record of tensors, received ${kindOf(returned)}`,
      'Return the output of the network',
      { param: 'forward', received: kindOf(returned) },
    );
  }
  if (Object.keys(params).length > 0 && params.every(({ used }) => !used)) {
    throw invalid(
      'forward uses none of the params',
      'Compute the output from the params that forward receives, not from other tensors',
      { param: 'forward' },
    );
  }
}
