import { describe, expect, it } from 'vitest';
import { isTorchStart, readTorchFile } from '../../../src/io/pytorch/readTorchFile';
import { zipBytes } from '../zipBytes';
import { fixtureBytes, type ReadTensor, safetensorsOf } from './fixture';
import { sourceOf } from './sourceOf';

async function tensorsOf(bytes: Uint8Array, key?: string): Promise<ReadTensor[]> {
  const { tensors } = await readTorchFile(sourceOf(bytes), key);
  return Promise.all(
    tensors.map(async ({ name, dtype, shape, read }) => ({
      ...{ name, dtype, shape },
      bytes: [...(await read())],
    })),
  );
}

describe('readTorchFile', () => {
  it.each<[file: string, oracle: string, key?: string]>([
    ['state', 'state'],
    ['legacy', 'state'],
    ['protocol4', 'state'],
    ['legacy4', 'state'],
    ['parameters', 'parameters'],
    ['views', 'views'],
    ['views_legacy', 'views'],
    ['types', 'types'],
    ['types_legacy', 'types'],
    ['newer', 'newer'],
    ['trainer', 'trained'],
    ['trainer', 'trained', 'model'],
    ['trainer', 'ema', 'ema'],
    ['trainer_legacy', 'trained'],
    ['lightning', 'trained'],
    ['nested', 'trained'],
    ['nested', 'trained', 'model.state_dict'],
    ['unusual', 'trained'],
    ['beside', 'trained'],
    ['several', 'trained', 'generator'],
    ['several', 'ema', 'discriminator'],
    ['dotted', 'trained', 'a.b.c'],
    ['dotted', 'ema', 'listed.0'],
    ['mixed', 'trained'],
    ['evil_aside', 'trained'],
  ])('reads %s.pt as %s.safetensors, with the key %s', async (file, oracle, key) => {
    expect(await tensorsOf(fixtureBytes(`${file}.pt`), key)).toEqual(
      safetensorsOf(`${oracle}.safetensors`),
    );
  });

  it('reads the state of an optimizer where the key leads there', async () => {
    const tensors = await tensorsOf(fixtureBytes('trainer.pt'), 'optimizer.state.0');
    expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([
      ['step', []],
      ['exp_avg', [4, 3]],
      ['exp_avg_sq', [4, 3]],
    ]);
  });

  it.each<[string, string]>([
    ['evil', 'entry "evil" needs posix.system, which is not called'],
    ['evil_root', 'the file needs posix.system, which is not called'],
    [
      'module',
      'the file is a whole module, __main__.Net, which only its code can load. Save the state dict',
    ],
    ['module_legacy', 'a whole module, torch.nn.modules.linear.Linear'],
    ['module_inside', "its entry 'model' is a whole module"],
    ['tensor', 'the file is one tensor, not a state dict'],
    ['nothing', "the file holds no state dict: it has the entries 'epoch'"],
    ['quantised', 'tensor "w": it needs torch._utils._rebuild_qtensor'],
    ['sparse', 'tensor "w": it needs torch._utils._rebuild_sparse_tensor'],
    ['complex', 'tensor "w": its elements are in a torch.ComplexFloatStorage'],
    ['array', 'entry "w" needs numpy.core.multiarray._reconstruct'],
    ['plain_pickle', 'a pickle that torch.save did not write'],
    ['script', 'a TorchScript program, not a checkpoint'],
    ['archive', 'a tar archive'],
    ['several', "several state dicts: 'generator', 'discriminator'. Pass the key of one of them"],
  ])('refuses %s.pt', async (file, message) => {
    await expect(tensorsOf(fixtureBytes(`${file}.pt`))).rejects.toThrow(message);
  });

  it.each<[string, string]>([
    ['modle', "the file has no entry 'modle'. Its entries are 'epoch', 'best'"],
    [
      'optimizer',
      "its entry 'optimizer' holds no tensors. It has the entries 'state', 'param_groups'",
    ],
    ['epoch', "its entry 'epoch' is no state dict: it is 3"],
    ['args', "its entry 'args' needs argparse.Namespace, which is not called"],
    ['numpy', "its entry 'numpy' needs numpy.core.multiarray._reconstruct"],
  ])('refuses the key %s', async (key, message) => {
    await expect(tensorsOf(fixtureBytes('trainer.pt'), key)).rejects.toThrow(message);
  });

  it('refuses files of other kinds by their name', async () => {
    const text = (value: string) => new TextEncoder().encode(value);
    const cases: [Uint8Array, string][] = [
      [fixtureBytes('state.safetensors'), "a safetensors file. Give it a name that ends in '.saf"],
      [text('<!DOCTYPE html><html>'), 'this is an HTML page, not a file of torch.save'],
      [new Uint8Array(100), 'not a file of torch.save, or it is damaged'],
      [new Uint8Array(), 'not a file of torch.save, or it is damaged'],
      [zipBytes([{ name: 'x.npy', data: text('x') }]), 'has no data.pkl, but "x.npy"'],
      [zipBytes([]), 'has no data.pkl, but no files'],
    ];
    for (const [bytes, message] of cases) await expect(tensorsOf(bytes)).rejects.toThrow(message);
  });

  it('refuses numbers in another byte order, and compressed files', async () => {
    const text = (value: string) => new TextEncoder().encode(value);
    const pickle = { name: 'x/data.pkl', data: text('}.') };
    const order = { name: 'x/byteorder', data: text('big') };
    await expect(tensorsOf(zipBytes([pickle, order]))).rejects.toThrow('byte order "big"');
    await expect(tensorsOf(zipBytes([{ ...pickle, deflated: true }]))).rejects.toThrow(
      '"x/data.pkl" is compressed',
    );
  });

  it.each(['state.pt', 'legacy.pt'])(
    'reads the elements of %s when they are asked for',
    async (file) => {
      const bytes = fixtureBytes(file);
      const expected = safetensorsOf('state.safetensors').find(
        ({ name }) => name === 'out.weight',
      )!;
      const at = Buffer.from(bytes).indexOf(Uint8Array.from(expected.bytes));
      const source = sourceOf(bytes);
      const { tensors: stored } = await readTorchFile(source, undefined);
      bytes[at] ^= 1; // The source reads the same memory.
      const weight = stored.find(({ name }) => name === 'out.weight')!;
      expect([...(await weight.read())]).toEqual([
        expected.bytes[0] ^ 1,
        ...expected.bytes.slice(1),
      ]);
    },
  );

  it.each([
    ['state.pt', { '': 1, fc: 1, bn: 2, out: 1 }],
    ['legacy.pt', { '': 1, fc: 1, bn: 2, out: 1 }],
    ['protocol4.pt', { '': 1, fc: 1, bn: 2, out: 1 }],
    ['trainer.pt', {}],
    ['types.pt', {}],
  ])('has the versions of modules in %s', async (file, expected) => {
    const { versions } = await readTorchFile(sourceOf(fixtureBytes(file)), undefined);
    expect(Object.fromEntries(versions)).toEqual(expected);
  });

  it('refuses half a file', async () => {
    for (const file of ['state.pt', 'legacy.pt']) {
      const bytes = fixtureBytes(file);
      await expect(tensorsOf(bytes.subarray(0, bytes.length - 100))).rejects.toThrow(
        /truncated|no zip archive/,
      );
    }
  });
});

describe('isTorchStart', () => {
  it.each(['state.pt', 'legacy.pt', 'legacy4.pt', 'newer.pt', 'shard-1-of-2.bin'])(
    'is true for %s',
    (file) => {
      expect(isTorchStart(fixtureBytes(file).subarray(0, 512))).toBe(true);
    },
  );

  it('is false for other archives, pickles and no bytes', () => {
    expect(isTorchStart(zipBytes([{ name: 'x.npy', data: new Uint8Array(8) }]))).toBe(false);
    expect(isTorchStart(fixtureBytes('plain_pickle.pt').subarray(0, 512))).toBe(false);
    expect(isTorchStart(fixtureBytes('state.safetensors'))).toBe(false);
    expect(isTorchStart(new Uint8Array())).toBe(false);
  });
});
