import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../../src/errors';
import { readTorchFile } from '../../../src/io/pytorch/readTorchFile';
import { bytes as integers, zipBytes } from '../zipBytes';
import { sourceOf } from './sourceOf';

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A file of torch.save with a pickle and one storage of eight bytes. */
function archive(pickle: string, storage = new Uint8Array(8)): Uint8Array {
  return zipBytes([
    { name: 'x/data.pkl', data: latin1(`\x80\x02${pickle}.`) },
    { name: 'x/data/0', data: storage },
  ]);
}

const int = (value: number) => `J${String.fromCharCode(...integers([4, value]))}`;
const long = (value: number) => `\x8a\x08${String.fromCharCode(...integers([8, value]))}`;
const text = (value: string) => `X${String.fromCharCode(...integers([4, value.length]))}${value}`;
const tuple = (values: readonly string[]) => `(${values.join('')}t`;

/** The pickle of a tensor of float32, by its fields. */
function tensor(
  shape: readonly string[] = [int(2)],
  strides: readonly string[] = [int(1)],
  { offset = int(0), count = int(2), key = '0', storage = 'FloatStorage' } = {},
): string {
  const id = tuple([text('storage'), `ctorch\n${storage}\n`, text(key), text('cpu'), count]);
  const args = tuple([`${id}Q`, offset, tuple(shape), tuple(strides), '\x89', '}']);
  return `ctorch._utils\n_rebuild_tensor_v2\n${args}R`;
}

const dict = (entries: Readonly<Record<string, string>>) =>
  `}(${Object.entries(entries)
    .map(([name, value]) => text(name) + value)
    .join('')}u`;

const shapesOf = async (bytes: Uint8Array) =>
  (await readTorchFile(sourceOf(bytes), undefined)).tensors.map(({ shape }) => shape);

describe('a hostile PyTorch file', () => {
  it('is like this one, which is read', async () => {
    expect(await shapesOf(archive(dict({ w: tensor() })))).toEqual([[2]]);
  });

  it.each<[string, string, string]>([
    ['a shape beyond the storage', dict({ w: tensor([int(3)]) }), 'goes beyond the 2 elements'],
    ['a stride beyond it', dict({ w: tensor([int(2)], [int(2)]) }), 'goes beyond the 2 elements'],
    [
      'an offset beyond it',
      dict({ w: tensor(undefined, undefined, { offset: int(1) }) }),
      'beyond',
    ],
    [
      'a storage beyond its file',
      dict({ w: tensor([int(3)], undefined, { count: int(3) }) }),
      "needs 12 bytes of storage '0', which has 8",
    ],
    [
      'a storage that is missing',
      dict({ w: tensor(undefined, undefined, { key: '7' }) }),
      "storage '7', which is missing",
    ],
    ['a negative size', dict({ w: tensor([int(2 ** 32 - 2)]) }), 'no integers'],
    [
      'a shape of 2⁶² elements',
      dict({ w: tensor([long(2 ** 31), long(2 ** 31)], [int(0), int(0)]) }),
      'goes beyond',
    ],
    ['a size over 2⁵³', dict({ w: tensor([long(2 ** 60)], [int(0)]) }), 'no integers'],
    [
      'two elements that repeat to 4 TB',
      dict({ w: tensor([long(2 ** 40)], [int(0)]) }),
      'repeats its elements to 4398046511104 bytes',
    ],
    [
      'strides for another shape',
      dict({ w: tensor([int(1)], []) }),
      'shape or strides are missing',
    ],
    [
      'a storage of an unknown class',
      dict({ w: tensor(undefined, undefined, { storage: 'EvilStorage' }) }),
      'torch.EvilStorage, a type that is not read',
    ],
    [
      'a storage of a name of JavaScript',
      dict({ w: tensor(undefined, undefined, { storage: 'constructor' }) }),
      'torch.constructor',
    ],
    [
      'a tensor of no storage',
      dict({ w: 'ctorch._utils\n_rebuild_tensor_v2\n)R' }),
      'no storage of torch.save',
    ],
    [
      'a parameter that is its own tensor',
      dict({ w: 'ctorch._utils\n_rebuild_parameter\n]q\x00Rq\x01h\x00h\x01a0' }),
      'a parameter holds no tensor',
    ],
    [
      'an unknown function for a tensor',
      dict({ w: 'ctorch._utils\n_rebuild_evil\n)R' }),
      'torch._utils._rebuild_evil',
    ],
    [
      'a call of eval in its entries',
      dict({ w: tensor(), e: 'cbuiltins\neval\n(U\x011tR' }),
      'entry "e" needs builtins.eval',
    ],
    [
      'a call of what a call returns',
      dict({ w: tensor(), e: 'cos\nsystem\n)R)R' }),
      'needs a function without a name',
    ],
    ['a dictionary that holds itself', '}q\x00(U\x01ah\x00u', "the entries 'a'"],
  ])('is refused with %s', async (_, pickle, message) => {
    const work = shapesOf(archive(pickle));
    await expect(work).rejects.toThrow(InvalidInputError);
    await expect(work).rejects.toThrow(message);
  });

  it('is refused with a tensor named __proto__', async () => {
    const pickle = `}(${text('__proto__')}${tensor()}u`;
    await expect(shapesOf(archive(pickle))).rejects.toThrow('named "__proto__"');
  });

  it('that repeats a large dictionary a thousand times is searched once', async () => {
    const large = `}q\x01(${Array.from({ length: 5000 }, (_, i) => text(`k${i}`) + int(i)).join('')}u`;
    const repeated = Array.from({ length: 1000 }, (_, i) => `${text(`d${i}`)}h\x01`).join('');
    const pickle = `}(${text('first')}${large}${repeated}u`;
    await expect(shapesOf(archive(pickle))).rejects.toThrow('holds no state dict');
  });
});
