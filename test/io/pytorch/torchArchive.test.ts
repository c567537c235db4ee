import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../../src/errors';
import { readTorchFile } from '../../../src/io/pytorch/readTorchFile';
import { type PiecedTensor, torchArchive } from '../../../src/io/pytorch/torchArchive';
import type { StoredDtype } from '../../../src/io/storedDtype';
import { assertUnpacked } from '../../../src/io/zip/assertUnpacked';
import { filesIn } from '../zip/filesIn';
import { type ReadTensor, safetensorsOf } from './fixture';
import { sourceOf } from './sourceOf';

/** The tensors to write, each in two pieces. */
function pieced(tensors: readonly ReadTensor[]): PiecedTensor[] {
  return tensors.map(({ bytes, ...tensor }) => ({
    ...tensor,
    async *bytes() {
      const half = bytes.length >> 1;
      yield Uint8Array.from(bytes.slice(0, half));
      yield Uint8Array.from(bytes.slice(half));
    },
  }));
}

async function written(
  tensors: readonly PiecedTensor[],
  versions?: ReadonlyMap<string, number>,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of torchArchive(tensors, { versions })) pieces.push(piece);
  return new Uint8Array(Buffer.concat(pieces));
}

describe('torchArchive', () => {
  it.each(['state', 'views', 'types', 'newer'])('writes the tensors of %s', async (name) => {
    const tensors = safetensorsOf(`${name}.safetensors`);
    const { tensors: stored } = await readTorchFile(
      sourceOf(await written(pieced(tensors))),
      undefined,
    );
    const read = stored.map(async ({ read: bytes, ...own }) => ({
      ...own,
      bytes: [...(await bytes())],
    }));
    expect(await Promise.all(read)).toEqual(tensors);
  });

  it('keeps the versions of modules', async () => {
    const tensors = pieced(safetensorsOf('state.safetensors'));
    for (const versions of [new Map(), new Map(Object.entries({ '': 2, 'bn.ü': 0, fc: 70000 }))]) {
      const read = await readTorchFile(sourceOf(await written(tensors, versions)), undefined);
      expect([...read.versions]).toEqual([...versions]);
      expect(read.tensors).toHaveLength(tensors.length);
    }
  });

  it('stores files as they are, with checksums, at multiples of 64 bytes', async () => {
    const bytes = await written(pieced(safetensorsOf('types.safetensors')));
    const entries = await filesIn(bytes);
    expect(entries.map(({ name }) => name).slice(0, 3)).toEqual([
      'archive/data.pkl',
      'archive/byteorder',
      'archive/data/0',
    ]);
    for (const entry of entries) {
      expect((entry.stored.byteOffset - bytes.byteOffset) % 64).toBe(0);
      expect(entry.isDeflated).toBe(false);
      assertUnpacked(entry, entry.stored);
    }
  });

  it('writes strange names, many axes, and large and empty shapes', async () => {
    const shapes = { 'ü.😀': [1, 1, 1, 1, 1, 1, 1, 1, 1], '': [0, 70000], ' a\nb': [300, 0] };
    const tensors = Object.entries(shapes).map(([name, shape]) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return { name, dtype: 'U8' as const, shape, bytes: new Array<number>(size).fill(7) };
    });
    const { tensors: stored } = await readTorchFile(
      sourceOf(await written(pieced(tensors))),
      undefined,
    );
    expect(stored.map(({ name, shape }) => [name, shape])).toEqual(Object.entries(shapes));
  });

  it('writes and reads no tensors, and ten thousand', async () => {
    for (const count of [0, 10000]) {
      const tensors = Array.from({ length: count }, (_, i) => ({
        ...{ name: `w${i}`, dtype: 'U8' as const, shape: [1], bytes: [i % 256] },
      }));
      const bytes = await written(pieced([...tensors]));
      expect(await filesIn(bytes)).toHaveLength(count + 3);
      if (count === 0) continue;
      const { tensors: stored } = await readTorchFile(sourceOf(bytes), undefined);
      expect([...(await stored[9999].read())]).toEqual([9999 % 256]);
    }
  });

  it.each<StoredDtype>(['C64', 'F4', 'F6_E2M3', 'F6_E3M2'])('refuses %s', async (dtype) => {
    const tensor = { name: 'w', dtype, shape: [8], bytes: [] };
    const work = written(pieced([tensor]));
    await expect(work).rejects.toThrow(InvalidInputError);
    await expect(work).rejects.toThrow(`tensor "w" is ${dtype}, which PyTorch files do not hold`);
  });

  it('refuses a tensor that gives fewer bytes than its shape has', async () => {
    const tensor = { name: 'w', dtype: 'F32' as const, shape: [2], bytes: [1, 2, 3] };
    await expect(written(pieced([tensor]))).rejects.toThrow('3 bytes instead of 8');
  });
});
