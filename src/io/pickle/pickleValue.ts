/**
 * A value of a pickle. None, booleans, integers (bigint beyond 2⁵³), floats, text and bytes are themselves; tuples,
 * lists and sets are arrays. Everything else is an inert record: no global is looked up, nothing is called.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly PickleValue[]
  | PickleDict
  | PickleGlobal
  | PickleObject
  | PersistentId;

/** A dictionary. */
interface PickleDict {
  readonly kind: 'dict';
  /** Its keys and values by turns. A key may appear again: the last value holds. */
  readonly items: PickleValue[];
}

/** The name of a class or a function of Python. */
export interface PickleGlobal {
  readonly kind: 'global';
  readonly module: string;
  readonly name: string;
}

/** A call of a function or a class, kept as data in place of its result. */
export interface PickleObject {
  readonly kind: 'object';
  readonly callee: PickleValue;
  readonly args: PickleValue;
  /** True for an instance of a class that is made without a call. */
  readonly isInstance: boolean;
  /** Keys and values that are set afterwards, by turns, as in an OrderedDict. */
  readonly items: PickleValue[];
  /** The state that the object is given; null if there is none. */
  state: PickleValue;
}

/** A reference to data outside of the pickle. */
export interface PersistentId {
  readonly kind: 'persistent';
  readonly id: PickleValue;
}

/** True for a record of the kind. */
export function isKind<Kind extends 'dict' | 'global' | 'object' | 'persistent'>(
  value: PickleValue | undefined,
  kind: Kind,
): value is Extract<PickleValue, { readonly kind: Kind }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}
