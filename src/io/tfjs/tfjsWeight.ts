import { isRecord, kindOf } from '../../checks';
import { invalid } from '../../errors';
import { checkName } from '../checkName';
import { quoted } from '../parseStrictJson';
import type { StoredDtype } from '../storedDtype';

/** A weight as a `model.json` declares it. */
export interface TfjsWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: TfjsDtype;
  readonly quantization: Quantization | null;
  /** True for a value of the optimizer. tfjs keeps such values in the same shards. */
  readonly isOptimizer: boolean;
  /** The declaration, with all of its fields. */
  readonly entry: Readonly<Record<string, unknown>>;
}

/** The types of weights, with the size of an element in bytes. A text has a length of its own. */
const BYTES = { float32: 4, int32: 4, bool: 1, complex64: 8, string: null } as const;

/** A type of weights. */
type TfjsDtype = keyof typeof BYTES;

/** The numbers that stand for the values of a weight: halves of float32, or integers q for q · scale + min. */
type Quantization =
  | { readonly dtype: 'float16' }
  | { readonly dtype: 'uint8' | 'uint16'; readonly scale: number; readonly min: number };

const QUANTIZED_BYTES = { uint8: 1, uint16: 2, float16: 2 } as const;

/** The size of an element in the shards, in bytes; null for texts, each of which has its own. */
export function elementBytes({ dtype, quantization }: TfjsWeight): number | null {
  return quantization ? QUANTIZED_BYTES[quantization.dtype] : BYTES[dtype];
}

/** The stored types of weights that are numbers or booleans. */
const LISTED = { float32: 'F32', int32: 'I32', bool: 'BOOL' } as const;

/** The type of a weight after quantisation is undone; null if it is carried without being read. */
export function listedDtype({ dtype, isOptimizer }: TfjsWeight): StoredDtype | null {
  return isOptimizer || dtype === 'string' || dtype === 'complex64' ? null : LISTED[dtype];
}

const SAVE_AGAIN = 'Save the model again with tfjs or its converter';

/** A weight of a manifest, checked. */
export function tfjsWeight(entry: unknown): TfjsWeight {
  if (!isRecord(entry)) {
    throw refused(`a weight of the manifest must be an object, received ${kindOf(entry)}`, entry);
  }
  const { name, shape, dtype, quantization, group } = entry;
  if (typeof name !== 'string' || name === '') {
    throw refused(`a weight has the name ${quoted(name)}, which is no text`, name);
  }
  checkName('weight', name);
  if (!isShape(shape)) {
    const problem = `weight ${quoted(name)} has the shape ${quoted(shape)}, which is no list of integers ≥ 0`;
    throw refused(problem, shape, name);
  }
  if (typeof dtype !== 'string' || !Object.hasOwn(BYTES, dtype)) {
    const problem = `weight ${quoted(name)} has the dtype ${quoted(dtype)}; the types are ${Object.keys(BYTES).join(', ')}`;
    throw refused(problem, dtype, name);
  }
  return {
    ...{ name, shape, entry },
    dtype: dtype as TfjsDtype,
    quantization: quantizationOf(name, dtype as TfjsDtype, quantization),
    isOptimizer: group === 'optimizer',
  };
}

function isShape(shape: unknown): shape is number[] {
  return Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function quantizationOf(name: string, dtype: TfjsDtype, given: unknown): Quantization | null {
  if (given === undefined || given === null) return null;
  const { dtype: stored, scale, min } = isRecord(given) ? given : {};
  if (stored === 'float16' && dtype === 'float32') return { dtype: stored };
  const isKnown =
    (stored === 'uint8' || stored === 'uint16') && (dtype === 'float32' || dtype === 'int32');
  if (isKnown && Number.isFinite(scale) && Number.isFinite(min)) {
    return { dtype: stored, scale: scale as number, min: min as number };
  }
  const problem = `weight ${quoted(name)}, of ${dtype}, has the quantization ${quoted(given)}; it is uint8 or uint16 with numbers scale and min for float32 and int32, or float16 for float32`;
  throw refused(problem, given, name);
}

function refused(problem: string, received: unknown, param?: string) {
  return invalid(problem, SAVE_AGAIN, { param, received });
}
