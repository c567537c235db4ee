/** The parts of a layer normalisation by the names that they have in the first versions of BERT, and now. */
const NAMES = { gamma: 'weight', beta: 'bias', weight: 'gamma', bias: 'beta' } as const;

/**
 * The tensors of a checkpoint, with its layer normalisations named as in the first checkpoint. Transformers takes the
 * old names of BERT (`LayerNorm.gamma` and `beta`) for the present ones (`weight` and `bias`), too.
 */
export function namedAsFirst<Tensor>(
  first: ReadonlyMap<string, unknown>,
  own: ReadonlyMap<string, Tensor>,
): ReadonlyMap<string, Tensor> {
  return new Map(
    [...own].map(([name, tensor]) => {
      const other = otherName(name);
      const isRenamed = !first.has(name) && first.has(other) && !own.has(other);
      return [isRenamed ? other : name, tensor];
    }),
  );
}

function otherName(name: string): string {
  return name.replace(
    /(?<=LayerNorm\.)(gamma|beta|weight|bias)$/,
    (part) => NAMES[part as keyof typeof NAMES],
  );
}
