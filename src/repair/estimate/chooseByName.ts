import { lastWord } from './lastWord';

/**
 * The kernel before a normalisation, out of several with the same units, as names show it: `conv1` before `bn1`,
 * `downsample.0` before `downsample.1`. Null if they do not.
 *
 * @param norm - The name of the normalisation's layer.
 * @param kernels - The names of kernels.
 */
export function chooseByName(norm: string, kernels: readonly string[]): string | null {
  const twins = kernels.filter((kernel) => withoutKind(layerOf(kernel)) === withoutKind(norm));
  if (twins.length === 1) return twins[0];
  const own = numberedLayer(norm);
  const before = kernels
    .map((kernel) => ({ kernel, at: numberedLayer(layerOf(kernel)) }))
    .filter(({ at }) => own && at && at.parent === own.parent && at.index < own.index)
    .sort((x, y) => y.at!.index - x.at!.index);
  return before[0]?.kernel ?? null;
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
