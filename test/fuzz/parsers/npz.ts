import { dispose, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { readNpz } from '../../../src/node';
import { readTestSet } from '../../../src/node/measuring/readTestSet';
import { tensorsIn } from '../../../src/params/internal';
import { npyBytes, npyText } from '../../io/npyBytes';
import { zipBytes } from '../../io/zipBytes';
import { type FuzzedParser, unsound } from '../fuzzedParser';
import { mutatedBytes } from '../mutations/mutatedBytes';
import { mutatedText } from '../mutations/mutatedText';
import { scratchFile } from '../scratchFile';
import { fixtureBytes } from './fixtureBytes';

const HEADERS = [
  npyText('<f4', '(2, 3)'),
  npyText('>f8', '(3,)', 'True'),
  npyText('<i8', '()'),
  npyText('|b1', '(24,)'),
];
const WORDS = [
  ...["'descr'", "'shape'", "'fortran_order'", 'True', 'False', '(', ')', ',', '<f2', '|O', '<V2'],
  ...['<U3', '4294967296', '9007199254740993', '-1', '0', '1e9', '(0,', '[1]', "b'", '{', '}'],
];

/** Archives with a changed header of an array, whose checksums are right. */
const headers = fc
  .record({
    header: mutatedText(HEADERS, WORDS),
    version: fc.constantFrom(1, 1, 2, 3),
    name: fc.constantFrom('x.npy', 'a/b.npy', 'y.npy', 'x', '../x.npy', '__proto__.npy', '.npy'),
    deflated: fc.boolean(),
  })
  .map(({ header, version, name, deflated }) =>
    zipBytes([{ name, data: npyBytes(header, new Uint8Array(24), version), deflated }]),
  );
const files = ['arrays', 'compressed', 'fields', 'objects', 'rows', 'text'].map((name) =>
  fixtureBytes(`npz/${name}.npz`),
);

/** A test set of two samples and labels, with a changed header of one of its arrays. */
const testSets = fc
  .tuple(
    mutatedText([npyText('<f4', '(2, 3)')], WORDS),
    mutatedText([npyText('<i8', '(2,)')], WORDS),
  )
  .chain(([x, y]) =>
    fc.constantFrom(
      ...[
        [x, npyText('<i8', '(2,)')],
        [npyText('<f4', '(2, 3)'), y],
      ].map(([ofX, ofY]) =>
        zipBytes([
          { name: 'x.npy', data: npyBytes(ofX, new Uint8Array(24)) },
          { name: 'y.npy', data: npyBytes(ofY, new Uint8Array(16)) },
        ]),
      ),
    ),
  );

/** Arrays of NumPy. */
export const npz: readonly FuzzedParser<Uint8Array>[] = [
  { name: 'npz', inputs: mutatedBytes(files), parse: readArrays },
  { name: 'npz-header', inputs: headers, parse: readArrays },
  {
    name: 'test-set',
    inputs: testSets,
    async parse(bytes) {
      const path = scratchFile('set.npz', bytes);
      const arrays = await readNpz(path);
      const { x, y } = await readTestSet(path, arrays, [{ name: 'x' }], undefined);
      dispose(tensorsIn([x, y as Tensor]));
    },
  },
];

async function readArrays(bytes: Uint8Array): Promise<void> {
  let params: NamedTensorMap = {};
  try {
    params = await readNpz(scratchFile('a.npz', bytes));
    for (const [name, { size }] of Object.entries(params)) {
      if (size > 1032 * bytes.length) throw unsound(`'${name}' has ${size} elements`);
    }
  } finally {
    dispose(params);
  }
}
