import { invalid } from '../../errors';
import { hostValues } from '../model/hostValues';
import type { OnnxAttribute, OnnxGraph } from '../model/onnxModel';
import type { TensorRecord } from '../model/tensorRecord';
import type { TensorSource } from '../model/tensorSource';
import type { HostArray } from '../values/hostArray';

/** The attributes of a node, read by kind. Each getter returns the default if the node lacks the attribute. */
export interface Attributes {
  has(name: string): boolean;
  number<Default extends number | undefined>(name: string, standard: Default): number | Default;
  text<Default extends string | undefined>(name: string, standard: Default): string | Default;
  numbers<Default extends readonly number[] | undefined>(
    name: string,
    standard: Default,
  ): readonly number[] | Default;
  texts<Default extends readonly string[] | undefined>(
    name: string,
    standard: Default,
  ): readonly string[] | Default;
  /** The values of a tensor. */
  tensor(name: string): HostArray | undefined;
  /** The record of a tensor. */
  record(name: string): TensorRecord | undefined;
  graph(name: string): OnnxGraph | undefined;
}

/** The attributes of a node. References to attributes of a function are resolved before. */
export function attributesOf(
  values: ReadonlyMap<string, OnnxAttribute>,
  source: TensorSource,
): Attributes {
  function get<Kind>(name: string, isKind: (value: OnnxAttribute) => boolean): Kind | undefined {
    const value = values.get(name);
    if (value === undefined) return undefined;
    if (isKind(value)) return value as Kind;
    throw invalid(
      `attribute '${name}' has another kind of value than its operator takes`,
      'Export the model again',
      { param: name, received: value },
    );
  }
  const isList = (kind: string) => (value: OnnxAttribute) =>
    Array.isArray(value) && value.every((each) => typeof each === kind);
  const record = (name: string) => get<TensorRecord>(name, isRecord);
  return {
    has: (name) => values.has(name),
    number: (name, standard) => get<number>(name, (value) => typeof value === 'number') ?? standard,
    text: (name, standard) => get<string>(name, (value) => typeof value === 'string') ?? standard,
    numbers: (name, standard) => get<readonly number[]>(name, isList('number')) ?? standard,
    texts: (name, standard) => get<readonly string[]>(name, isList('string')) ?? standard,
    record,
    tensor(name) {
      const found = record(name);
      return found && hostValues(source, found);
    },
    graph: (name) => get<OnnxGraph>(name, isGraph),
  };
}

function isRecord(value: OnnxAttribute): boolean {
  return typeof value === 'object' && 'storage' in value;
}

function isGraph(value: OnnxAttribute): boolean {
  return typeof value === 'object' && 'nodes' in value;
}
