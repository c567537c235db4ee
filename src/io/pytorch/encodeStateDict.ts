import { invalid } from '../../errors';
import { sizeOf } from '../../params/internal';
import { quoted } from '../parseStrictJson';
import { type StoredDtype, storedBits } from '../storedDtype';
import { joinBytes } from '../zip/joinBytes';
import { littleEndian } from '../zip/littleEndian';
import type { ModuleVersions } from './moduleVersions';
import { storageDtypes, torchDtypes, torchName, UNTYPED_STORAGE } from './torchDtypes';

/** A tensor to write. */
export interface NewTorchTensor {
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
}

/**
 * The pickle of an OrderedDict of tensors, of protocol 2. The storages have the keys 0, 1, …. Tensors of types with
 * a class of storages are readable by every version of PyTorch; others (float8, uint16 to uint64) need one that has
 * the type.
 *
 * @param versions - The versions of modules, in the attribute `_metadata`. Without any, there is no attribute.
 * @throws InvalidInputError if PyTorch has no type for a tensor.
 */
export function encodeStateDict(
  tensors: readonly NewTorchTensor[],
  versions: ModuleVersions = new Map(),
): Uint8Array<ArrayBuffer> {
  const items = tensors.map((tensor, i) => joined([text(tensor.name), ...built(tensor, i)]));
  return joined(['\x80\x02', ORDERED_DICT, '(', ...items, 'u', ...attributes(versions), '.']);
}

/** Bytes, or opcodes and names in ASCII. */
type Part = string | Uint8Array;

/** The call of the class without arguments. */
const ORDERED_DICT = 'ccollections\nOrderedDict\n)R';

/** The opcodes that give the state dict its attribute `_metadata`. */
function attributes(versions: ModuleVersions): Part[] {
  if (versions.size === 0) return [];
  const modules = [...versions].flatMap(([name, version]) => [
    text(name),
    ...['}', text('version'), integer(version), 's'],
  ]);
  return ['}', text('_metadata'), ORDERED_DICT, '(', ...modules, 'u', 's', 'b'];
}

/** The call that builds a tensor from its storage: offset 0, the shape, contiguous strides, no gradient, no hooks. */
function built(tensor: NewTorchTensor, index: number): Part[] {
  const { dtype, shape } = tensor;
  const typed = torchName(storageDtypes, dtype);
  const rebuild = typed ? '_rebuild_tensor_v2' : '_rebuild_tensor_v3';
  const view = ['K\0', ...tuple(shape), ...tuple(contiguous(shape)), '\x89', ORDERED_DICT];
  const type = typed ? [] : [`ctorch\n${dtypeName(tensor)}\n`];
  return [
    `ctorch._utils\n${rebuild}\n`,
    '(',
    ...storage(tensor, index, typed),
    ...view,
    ...type,
    'tR',
  ];
}

function storage({ dtype, shape }: NewTorchTensor, index: number, typed?: string): Part[] {
  const size = sizeOf(shape);
  const count = typed ? size : (size * storedBits(dtype)) / 8;
  const name = typed ? `ctorch\n${typed}\n` : `ctorch.storage\n${UNTYPED_STORAGE}\n`;
  return ['(', text('storage'), name, text(String(index)), text('cpu'), integer(count), 'tQ'];
}

function dtypeName({ name, dtype }: NewTorchTensor): string {
  const type = torchName(torchDtypes, dtype);
  if (type !== undefined) return type;
  throw invalid(
    `tensor ${quoted(name)} is ${dtype}, which PyTorch files do not hold`,
    "Name an output that ends in '.safetensors'",
    { param: name, received: dtype },
  );
}

/** The strides of a tensor whose elements lie in the order of its axes. */
function contiguous(shape: readonly number[]): number[] {
  return shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, length) => product * Math.max(1, length), 1),
  );
}

function tuple(values: readonly number[]): Part[] {
  return ['(', ...values.map(integer), 't'];
}

/** An integer ≥ 0: in 4 bytes, or in as many as it needs. */
function integer(value: number): Part {
  if (value < 2 ** 31) return joined(['J', littleEndian([4, value])]);
  return joined(['\x8a\x08', littleEndian([8, value])]);
}

function text(value: string): Part {
  const bytes = new TextEncoder().encode(value);
  return joined(['X', littleEndian([4, bytes.length]), bytes]);
}

function joined(parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  return joinBytes(
    parts.map((part) =>
      typeof part === 'string' ? Uint8Array.from(part, (own) => own.charCodeAt(0)) : part,
    ),
  );
}
