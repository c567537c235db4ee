import { invalid } from '../../errors';
import { sizeOf } from '../../params/internal';
import { isKind, type PickleObject, type PickleValue } from '../pickle/pickleValue';
import { type StoredDtype, storedBits } from '../storedDtype';
import { calleeName, globalName, isList } from './pickledEntries';
import { type StorageReference, storageReference } from './storageReference';
import { torchDtypes } from './torchDtypes';
import type { TorchTensor } from './torchTensor';

/** Functions that return their first argument: parameters and tensors with state. */
const WRAPPERS = new Set([
  'torch._utils._rebuild_parameter',
  'torch._utils._rebuild_parameter_with_state',
]);

/** The function that makes a tensor of a class, from a function and its arguments. */
const OF_TYPE = 'torch._tensor._rebuild_from_type_v2';

const TENSORS = new Set(['torch._utils._rebuild_tensor', 'torch._utils._rebuild_tensor_v2']);

/** The function for tensors of types that have no class of storages. */
const OF_DTYPE = 'torch._utils._rebuild_tensor_v3';

/** True for a value that PyTorch would make a tensor of, also of a kind that is not read. */
export function isPickledTensor(value: PickleValue | undefined): value is PickleObject {
  if (!isKind(value, 'object')) return false;
  return /^torch\..*\b_rebuild_\w+$/.test(calleeName(value) ?? '');
}

/** The tensor that a value describes. Throws for kinds of tensors that are not read. */
export function pickledTensor(value: PickleObject): TorchTensor {
  const own = unwrapped(value);
  const name = calleeName(own);
  const args = isList(own.args) ? own.args : [];
  if (name === OF_DTYPE) return withDtype(args);
  if (name !== undefined && TENSORS.has(name)) return viewOf(storageReference(args[0]), args);
  throw invalid(
    `it needs ${name ?? 'a function without a name'}, which is not read`,
    'Save it as a dense tensor that is not quantised, on the CPU: tensor.detach().dequantize(), to_dense() or cpu()',
    { received: name },
  );
}

/** The most wrappers around a tensor: PyTorch writes two. */
const MOST_WRAPPERS = 8;

/** The call that makes the tensor itself. */
function unwrapped(value: PickleObject): PickleObject {
  let own: PickleValue = value;
  for (let i = 0; i < MOST_WRAPPERS && isKind(own, 'object'); i++) {
    const args: readonly PickleValue[] = isList(own.args) ? own.args : [];
    const name = calleeName(own);
    if (name === OF_TYPE) own = { ...own, callee: args[0], args: args[2] };
    else if (name !== undefined && WRAPPERS.has(name)) own = args[0];
    else return own;
  }
  throw invalid('a parameter holds no tensor', 'Save the file again with torch.save');
}

/** A tensor whose storage holds bytes, and which names the type of its elements. */
function withDtype(args: readonly PickleValue[]): TorchTensor {
  const reference = storageReference(args[0]);
  const dtype = dtypeOf(args[6]);
  const count = Math.floor(reference.storage.bytes / (storedBits(dtype) / 8));
  return viewOf({ ...reference, dtype, count }, args);
}

function dtypeOf(value: PickleValue | undefined): StoredDtype {
  const name = isKind(value, 'global') ? value.name : undefined;
  if (name !== undefined && Object.hasOwn(torchDtypes, name)) return torchDtypes[name];
  throw invalid(
    `its type is ${isKind(value, 'global') ? globalName(value) : 'missing'}, which is not read`,
    'Save it as a float, integer or boolean tensor',
    { received: name },
  );
}

/** The view of a storage with an offset, a shape and strides. */
function viewOf(reference: StorageReference, args: readonly PickleValue[]): TorchTensor {
  const { storage, dtype, count } = reference;
  const [offset] = sizesIn([args[1]]);
  const [shape, strides] = [sizesIn(args[2]), sizesIn(args[3])];
  if (dtype === null || shape.length !== strides.length) {
    throw invalid('its type, shape or strides are missing', 'Save the file again with torch.save');
  }
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis], offset);
  const size = sizeOf(shape);
  if (!Number.isSafeInteger(size) || (size > 0 && last >= count)) {
    throw invalid(
      `its shape [${shape}] with strides [${strides}] and offset ${offset} goes beyond the ${count} elements that are stored`,
      'The file is damaged: download it or save it again',
      { received: shape },
    );
  }
  return { dtype, shape, strides, offset, storage };
}

/** The integers ≥ 0 of a tuple, or of a torch.Size. */
function sizesIn(value: PickleValue | undefined): readonly number[] {
  const isSize = isKind(value, 'object') && calleeName(value) === 'torch.Size';
  const list = isSize && isList(value.args) ? value.args[0] : value;
  if (isList(list) && list.length <= MOST_AXES && list.every(isSizeOrOffset)) return list;
  throw invalid(
    'its shape, strides or offset are no integers',
    'Save the file again with torch.save',
  );
}

/** The most axes of a tensor of PyTorch. */
const MOST_AXES = 64;

function isSizeOrOffset(value: PickleValue): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
