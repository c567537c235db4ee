import { invalid } from '../errors';
import { sizeOf } from '../params/internal';
import type { NpyHeader } from './npyHeader';
import { storedBits } from './storedDtype';

/** Throws unless an .npy file of `fileBytes` bytes holds exactly the elements of its header. */
export function assertNpySize({ dtype, shape, dataStart }: NpyHeader, fileBytes: number): void {
  const expected = (sizeOf(shape) * storedBits(dtype)) / 8;
  const held = fileBytes - dataStart;
  if (expected === held) return;
  throw invalid(
    `an array [${shape}] of ${dtype} has ${expected} bytes, but the file holds ${held}`,
    'The file is damaged: save it again with numpy.savez',
    { received: held },
  );
}
