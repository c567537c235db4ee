import type { KernelCall } from '../../tracing/internal';
import type { Expression } from './expression';

/** Short names for keys of expressions, the same for all passes of a barrier. */
export interface KeyNames {
  /** The name of a key; equal keys have equal names. */
  nameOf(key: string): string;
  /** The name of a tensor's data, which tfjs never changes. */
  nameOfData(dataId: object): string;
  /** The number of names of keys. */
  count(): number;
}

/** Names that count up. */
export function createKeyNames(): KeyNames {
  const names = new Map<string, string>();
  const data = new WeakMap<object, string>();
  let tensors = 0;
  return {
    nameOf(key) {
      const name = names.get(key) ?? `k${names.size}`;
      names.set(key, name);
      return name;
    },
    nameOfData(dataId) {
      const name = data.get(dataId) ?? `d${tensors++}`;
      data.set(dataId, name);
      return name;
    },
    count: () => names.size,
  };
}

/** The key of an output of a call with these operands. */
export function callKey(
  { name, attrs }: Pick<KernelCall, 'name' | 'attrs'>,
  operands: readonly (readonly [string, Expression])[],
  output: number,
): string {
  const own = operands.map(([input, { key }]) => `${input}=${key}`);
  return `${name} ${JSON.stringify(attrs, exactNumbers)} ${own.join()} ${output}`;
}

/** A number as text that no other number has. */
export function exact(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** JSON has neither −0 nor infinities nor NaN. */
function exactNumbers(_: string, value: unknown): unknown {
  return typeof value === 'number' ? exact(value) : value;
}
