import { listsBy } from '../../params/internal';
import { lastBelow } from './lastBelow';
import { lastWord } from './lastWord';

/**
 * A function that chooses the kernel before a normalisation, out of several with the same units, as names show it:
 * `conv1` before `bn1`, `downsample.0` before `downsample.1`. Null if they do not. It takes the name of the
 * normalisation's layer.
 *
 * @param kernels - The names of kernels.
 */
export function nameChooser(kernels: readonly string[]): (norm: string) => string | null {
  const twinsOf = listsBy(kernels, (kernel) => [withoutKind(layerOf(kernel))]);
  const sequences = sequencesOf(kernels);
  return (norm) => {
    const twins = twinsOf.get(withoutKind(norm)) ?? [];
    if (twins.length === 1) return twins[0];
    const own = numberedLayer(norm);
    const sequence = own && sequences.get(own.parent);
    return sequence ? before(sequence, own.index) : null;
  };
}

/** The kernels of a sequence of layers. */
interface Sequence {
  /** Their indices, ascending. */
  readonly indices: readonly number[];
  /** The first kernel at each index. */
  readonly kernelAt: ReadonlyMap<number, string>;
}

/** The sequences that some kernels are in, by the name of the parent. */
function sequencesOf(kernels: readonly string[]): Map<string, Sequence> {
  const numbered = kernels.flatMap((kernel) => {
    const at = numberedLayer(layerOf(kernel));
    return at ? [{ ...at, kernel }] : [];
  });
  const byParent = listsBy(numbered, ({ parent }) => [parent]);
  return new Map(
    Array.from(byParent, ([parent, all]) => {
      const kernelAt = new Map([...all].reverse().map(({ index, kernel }) => [index, kernel]));
      const indices = [...kernelAt.keys()].sort((x, y) => x - y);
      return [parent, { indices, kernelAt }];
    }),
  );
}

/** The last kernel of a sequence before an index. */
function before({ indices, kernelAt }: Sequence, index: number): string | null {
  return kernelAt.get(indices[lastBelow(indices, index)]) ?? null;
}

/** The name of a parameter's layer: its name without the last component. */
function layerOf(param: string): string {
  return param.slice(0, Math.max(0, param.length - lastWord(param).length - 1));
}

/** A layer's name with its kind as a star, so that `block1.conv2` and `block1.bn2` are the same. */
function withoutKind(layer: string): string {
  const word = lastWord(layer);
  return layer.slice(0, layer.length - word.length) + word.replace(KIND, '*');
}

/** The word for the kind of a layer. */
const KIND = /convolution|conv|batch_?norm|normali[sz]ation|norm|bn/;

/** The parent and the index of a layer of a sequence, such as `downsample.1`; null for other names. */
function numberedLayer(layer: string): { parent: string; index: number } | null {
  const [, parent, index] = /^(|.*[./])(\d+)$/.exec(layer) ?? [];
  return index === undefined ? null : { parent, index: Number(index) };
}
