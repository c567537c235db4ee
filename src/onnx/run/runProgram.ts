import { dispose, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { about, invalid } from '../../errors';
import type { GraphStep } from '../graph/flatGraph';
import { operatorName } from '../graph/operatorName';
import type { Program } from '../graph/program';
import { neededBy } from '../graph/sortSteps';
import { operators } from '../operators/operators';
import { tensorValue, toTensor, type Value } from '../values/value';
import { callOf } from './callOf';
import { runOperator } from './runOperator';

/**
 * The outputs of a program in its order. Tensors on the way are disposed after the last step that reads them. The
 * caller owns the outputs.
 *
 * @param given - The tensors of the weights and the inputs by name. They stay as they are.
 */
export function runProgram(program: Program, given: ReadonlyMap<string, Tensor>): Tensor[] {
  return tidy(() => {
    const values = new Map<string, Value>(program.constants);
    for (const [name, tensor] of given) values.set(name, tensorValue(tensor));
    const kept = new Set(given.values());
    const memory = createMemory(program, values, kept);
    runSteps(program.steps, values, memory, true);
    return program.outputs.map((name) => {
      const output = toTensor(values.get(name)!);
      // An output may be a tensor that was given, or another output.
      if (kept.has(output)) return output.clone();
      kept.add(output);
      return output;
    });
  });
}

/** Runs steps and adds their outputs to the values. The values of branches are kept until the end. */
function runSteps(
  steps: readonly GraphStep[],
  values: Map<string, Value>,
  memory: Memory,
  isReleased: boolean,
): void {
  for (const step of steps) {
    about(step.label, () => runStep(step, values, memory));
    memory.hold(step);
    if (isReleased) memory.release(step);
  }
}

function runStep(step: GraphStep, values: Map<string, Value>, memory: Memory): void {
  if (step.branches) {
    runIf(step, values, memory);
    return;
  }
  const call = callOf(step, (name) => valueNamed(values, name));
  let outputs: readonly (Value | null)[] = [];
  tidy(() => {
    outputs = runOperator(operators[operatorName(step)], call);
    // Inputs keep the tensors that were stored in them for this step.
    return [...call.inputs, ...outputs].flatMap(tensorsOf);
  });
  for (const [k, name] of step.outputs.entries()) {
    const output = outputs[k];
    if (name === '') continue;
    if (!output) {
      throw invalid(`its output ${k} is not computed`, 'Export the model without it', {
        param: 'bytes',
      });
    }
    values.set(name, output);
  }
}

/** Runs the branch of an `If` that its condition takes. */
function runIf(
  { inputs, outputs, branches }: GraphStep,
  values: Map<string, Value>,
  memory: Memory,
): void {
  const condition = valueNamed(values, inputs[0]);
  if (condition.kind !== 'host') {
    throw invalid(
      'the condition of an If depends on values of the input',
      'Store an input that never changes, such as a sample rate, as an initializer of the model; or export the model with the branch that you need',
      { param: 'bytes' },
    );
  }
  const taken = branches![condition.data[0] ? 0 : 1];
  runSteps(taken.steps, values, memory, false);
  for (const [k, name] of outputs.entries()) {
    if (name !== '') values.set(name, valueNamed(values, taken.outputs[k]));
  }
}

function valueNamed(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value) return value;
  throw invalid(`its input '${name}' has no value`, 'Export the model again', { param: name });
}

function tensorsOf(value: Value | null): Tensor[] {
  return value?.kind === 'tensor' ? [...value.stored.values()] : [];
}

/** Counts the uses of values, and disposes those that no later step reads. */
interface Memory {
  /** Notes the tensors of the values of a step that has run. */
  hold(step: GraphStep): void;
  /** Disposes the tensors that only values stored whose last use was in this step. */
  release(step: GraphStep): void;
}

function createMemory(
  program: Program,
  values: Map<string, Value>,
  kept: ReadonlySet<Tensor>,
): Memory {
  const uses = new Map(program.uses);
  // A value may have several names, and a tensor may be stored in several values.
  const names = new Map<Value, Set<string>>();
  const holders = new Map<Tensor, Set<Value>>();

  return {
    hold(step) {
      for (const name of [...neededBy(step), ...step.outputs]) {
        const value = values.get(name);
        if (value?.kind !== 'tensor') continue;
        addTo(names, value, name);
        for (const tensor of value.stored.values()) addTo(holders, tensor, value);
      }
    },
    release(step) {
      for (const name of new Set(neededBy(step))) {
        const left = uses.get(name)! - 1;
        uses.set(name, left);
        const value = values.get(name);
        if (left > 0 || value?.kind !== 'tensor') continue;
        values.delete(name);
        if (!isLast(names, value, name)) continue;
        for (const tensor of value.stored.values()) {
          if (isLast(holders, tensor, value) && !kept.has(tensor)) dispose(tensor);
        }
      }
    },
  };
}

function addTo<K, V>(sets: Map<K, Set<V>>, key: K, member: V): void {
  const set = sets.get(key);
  if (set) set.add(member);
  else sets.set(key, new Set([member]));
}

/** Deletes a member of a set. True if the set is then empty. */
function isLast<K, V>(sets: ReadonlyMap<K, Set<V>>, key: K, member: V): boolean {
  const set = sets.get(key)!;
  set.delete(member);
  return set.size === 0;
}
