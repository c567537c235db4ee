import { engine, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import { dropRejection } from '../../checks';
import type { NetworkInput, Params } from '../../params';
import { sizeOf, tensorsIn } from '../../params/internal';
import { inputTensors } from '../capture/inputTensors';
import { interceptKernels, type KernelCall } from '../capture/interceptKernels';
import type { TensorSource, TracedCall, TracedForward } from '../capture/tracedCall';
import { zerosFor } from '../capture/zerosFor';
import type { Produced } from '../groups/nameGroups';
import type { Constraints } from './constraints';
import { fixedLabel, joinAxes, type Label, pinLabel } from './label';
import { joinLanes, type KnownLabels } from './lanes/joinLanes';
import { contentsOf, type LanePlan } from './lanes/laneTensor';
import type { InputLabel, Recording, RecordingPlan } from './recording';
import { kernelRule } from './rules/kernelRules';
import type { LabelledTensor } from './rules/rule';
import { answersLate, createTensorBook, type TensorBook } from './tensorBook';
import type { TracedParam } from './tracedParam';

/** The state of a recording while the forward pass runs. */
interface Notes {
  readonly constraints: Constraints;
  readonly book: TensorBook;
  readonly calls: TracedCall[];
  readonly labels: Label[][];
  /** The parameter that the outputs of each call are computed from; null unless they are computed from parameters alone. */
  readonly origins: (string | null)[];
  readonly constants: Map<string, { readonly key: string; readonly label: Label }>;
  readonly exposed: TensorSource[];
  readonly produced: Produced[];
  readonly lanes: LanePlan | null;
  /** The labels of inputs of calls in lanes, by the index of the first of these calls. */
  readonly laneInputs: Map<number, Readonly<Record<string, InputLabel>>>;
  /** The labels of parameters that a kernel takes or that are returned. */
  readonly used: Set<Label>;
  /** The kernels without a rule. */
  readonly unknown: Set<string>;
  /** True once code has read values that depend on the parameters or the input. */
  wasRead: boolean;
}

/**
 * Runs a forward pass and labels every tensor in it.
 *
 * Once code has read values that depend on the parameters or the input, tensors that it makes may depend on them
 * too. The tensors that were read are then pinned, and the tensors that code makes are fixed.
 *
 * @param dry - True to replace heavy kernels by zeros.
 * @param plan - Findings of earlier recordings of the same pass.
 */
export function record(
  constraints: Constraints,
  forward: TracedForward,
  params: Params,
  input: NetworkInput,
  dry: boolean,
  plan: RecordingPlan | null = null,
): Recording {
  const book = createTensorBook(constraints, params, input);
  for (const [name, axes] of plan?.joint ?? []) {
    joinAxes(constraints, book.params.get(name)!, axes);
  }
  const notes: Notes = {
    constraints,
    book,
    calls: [],
    labels: [],
    origins: [],
    constants: new Map(),
    exposed: [],
    produced: [],
    lanes: plan?.lanes ?? null,
    laneInputs: new Map(),
    used: new Set(),
    unknown: new Set(),
    wasRead: false,
  };
  const hooks = {
    onKernel: (call: KernelCall) => noteKernel(notes, call, dry),
    onRead: (dataId: object, atOnce: boolean) => noteRead(notes, dataId, atOnce),
    onTensor: (tensor: Tensor, values: ArrayLike<number>) => {
      if (tensor.dtype === 'string') return;
      book.noteValues(tensor, () => values);
      if (notes.wasRead) book.noteComputed(tensor, values);
    },
  };
  const returned = interceptKernels(hooks, () => forward(params, input));
  dropRejection(returned); // A promise is refused later.
  for (const tensor of tensorsIn(returned)) {
    const known = book.get(tensor);
    if (!known) continue;
    notes.used.add(known.label);
    notes.exposed.push(known.source);
    pinLabel(constraints, known.label, 'it reaches the output');
  }
  const traced = [...book.params].map(([name, label]) => ({
    name,
    label,
    used: notes.used.has(label),
  }));
  const { calls, labels, produced, unknown, wasRead } = notes;
  return {
    constraints,
    calls,
    labels,
    params: traced,
    produced,
    warnings: warningsOf(notes, traced),
    joins: new Map(
      [...(plan?.lanes.joins ?? [])].map(([call, { lanes }]) => [call, contentsOf(lanes).calls]),
    ),
    labelOf: (source) => labelOf(notes, source),
    inputLabel({ index, inputs }, name) {
      const own = notes.laneInputs.get(index);
      if (own) return own[name] ?? null;
      const label = labelOf(notes, inputs[name]);
      return label && { label, inLanes: false };
    },
    constantKeys: new Map([...notes.constants].map(([name, { key }]) => [name, key])),
    exposed: notes.exposed,
    returned,
    readsValues: wasRead || unknown.size > 0,
  };
}

/** Runs a kernel, or makes zeros in its place, and labels its outputs. */
function noteKernel(notes: Notes, call: KernelCall, dry: boolean): TensorInfo | TensorInfo[] {
  const { book, calls, labels, origins, used } = notes;
  const inputs = inputTensors(call);
  const sources = inputs.map(([name, tensor]): [string, TensorSource] => [
    name,
    book.get(tensor)?.source ?? { kind: 'constant' },
  ]);
  for (const [, tensor] of inputs) {
    const known = book.get(tensor);
    if (known?.source.kind === 'param') used.add(known.label);
  }
  const depends = inputs.some(([, tensor]) => book.get(tensor) !== undefined);
  const answer = (dry && depends && zerosFor(call)) || call.run();
  const outputs = Array.isArray(answer) ? answer : [answer];
  calls.push({
    index: call.index,
    kernel: call.name,
    attrs: call.attrs,
    inputs: Object.fromEntries(sources),
    shapes: outputs.map(({ shape }) => shape),
  });
  if (!depends) {
    labels.push(outputs.map(({ shape }) => fixedLabel(shape, 'it is a constant')));
    if (call.name === 'Fill') {
      const [filled] = outputs;
      book.noteValues(filled, () =>
        new Array<number>(sizeOf(filled.shape)).fill(Number(call.attrs.value)),
      );
    }
    return answer;
  }
  const params = inputs.flatMap(([, tensor]) => book.get(tensor) ?? []).map(({ param }) => param);
  const param = params.includes(null) ? null : params[0];
  origins[call.index] = param;
  const own = labelOutputs(notes, call, inputs, outputs);
  labels.push(own);
  for (const [output, tensor] of outputs.entries()) {
    if (book.get(tensor)) continue;
    book.set(tensor, {
      label: own[output],
      source: { kind: 'call', call: call.index, output },
      param,
    });
  }
  return answer;
}

/** The labels of the outputs. Calls in lanes are labelled where the lanes are joined. */
function labelOutputs(
  notes: Notes,
  call: KernelCall,
  inputs: readonly (readonly [string, Tensor])[],
  outputs: readonly TensorInfo[],
): Label[] {
  const operands = inputs.map(([name, tensor]) => [name, notes.book.operand(tensor)] as const);
  for (const [name, { tensor, constant, label }] of operands) {
    const key = constant && notes.book.constantKey(tensor);
    if (key) notes.constants.set(`${call.index} ${name}`, { key, label });
  }
  const join = notes.lanes?.joins.get(call.index);
  if (join) return [joinLanes(laneLabels(notes), join)];
  return notes.lanes?.inside.has(call.index)
    ? outputs.map(({ shape }) => fixedLabel(shape, 'it is in one of several lanes'))
    : labelByRule(notes, call, operands, outputs);
}

/** The labels of the outputs by the kernel's rule. Without a rule all inputs are pinned. */
function labelByRule(
  { constraints, book, produced, unknown }: Notes,
  call: KernelCall,
  operands: readonly (readonly [string, LabelledTensor])[],
  outputs: readonly TensorInfo[],
): Label[] {
  const list = operands.map(([, operand]) => operand);
  const isEmpty = [...list.map(({ tensor }) => tensor), ...outputs].some(
    ({ shape }) => sizeOf(shape) === 0,
  );
  const rule = isEmpty ? undefined : kernelRule(call.name);
  const labels = rule?.({
    constraints,
    kernel: call.name,
    inputs: Object.fromEntries(operands),
    list,
    attrs: call.attrs,
    outputs,
    values: book.values,
    produced(label, space) {
      const operand = list.find((each) => each.label === label);
      const param = operand && book.get(operand.tensor)?.param;
      if (param) produced.push({ param, space });
    },
  });
  if (labels) return [...labels];
  if (!isEmpty) unknown.add(call.name);
  const why = isEmpty
    ? `it enters ${call.name} beside an empty tensor`
    : `kernel ${call.name} has no rule`;
  for (const { label } of list) pinLabel(constraints, label, why);
  return outputs.map(({ shape }) => fixedLabel(shape, `it meets the output of ${call.name}`));
}

function laneLabels(notes: Notes): KnownLabels {
  return {
    constraints: notes.constraints,
    calls: notes.calls,
    labelOf: (source) => labelOf(notes, source),
    constantOf: (call, name) => notes.constants.get(`${call} ${name}`)!.label,
    paramOf(source) {
      if (source.kind === 'call') return notes.origins[source.call];
      return source.kind === 'param' ? source.name : null;
    },
    produced: (param, space) => notes.produced.push({ param, space }),
    noteInputs: (call, inputs) => notes.laneInputs.set(call, inputs),
  };
}

function labelOf({ book, labels }: Notes, source: TensorSource): Label | null {
  if (source.kind === 'param') return book.params.get(source.name)!;
  if (source.kind === 'input') return book.inputLabel(source.index);
  return source.kind === 'call' ? labels[source.call][source.output] : null;
}

/** Pins the tensors that code reads. */
function noteRead(notes: Notes, dataId: object, atOnce: boolean): void {
  const entries = notes.book.entriesOfData(dataId);
  if (entries.length === 0) return;
  if (atOnce && answersLate()) {
    throw new Error(
      `it reads values at once, which the backend '${engine().backendName}' does not support; trace on the wasm or the cpu backend`,
    );
  }
  notes.wasRead = true;
  for (const { label, source } of entries) {
    notes.exposed.push(source);
    pinLabel(notes.constraints, label, 'its values are read by code');
  }
}

function warningsOf(
  { unknown, wasRead, book }: Notes,
  params: readonly TracedParam[],
): readonly string[] {
  const unused = params.filter(({ used }) => !used).map(({ name }) => `'${name}'`);
  const warnings = [...unknown].map(
    (name) => `kernel ${name} has no rule: all its inputs are fixed`,
  );
  if (unused.length > 0) warnings.push(`the forward pass does not use ${unused.join(', ')}`);
  if (wasRead) warnings.push('code reads values in the forward pass: what it reads is fixed');
  if (book.isUnreadable()) {
    warnings.push(
      `axes that meet constants are fixed, since the backend '${engine().backendName}' cannot read their values at once: trace on the wasm or the cpu backend`,
    );
  }
  return warnings;
}
