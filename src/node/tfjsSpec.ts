import type { PermutationSpec } from '../symmetry';
import { aboutFile } from './aboutFile';
import { type OpenTfjs, openTfjs } from './openTfjs';
import { type TfjsNetworkOptions, tfjsNetwork } from './tfjsNetwork';

/**
 * The spec of a model of tfjs on disk, derived by running it on the current backend. Parameters have the names of the
 * file. Weights that are no parameters of the network, such as shapes, are fixed.
 */
export async function tfjsSpec(
  path: string,
  options: Pick<TfjsNetworkOptions, 'inputShape'>,
): Promise<PermutationSpec> {
  const opened = await openTfjs(path);
  try {
    const { params, spec, close } = await aboutFile(path, () => tfjsNetwork(path, opened, options));
    for (const tensor of Object.values(params)) tensor.dispose();
    close();
    await opened.assertUnchanged();
    return withConstants(spec, opened);
  } finally {
    await opened.close();
  }
}

/** The spec with the other weights of the file, in which nothing moves. */
function withConstants(spec: PermutationSpec, { weights }: OpenTfjs): PermutationSpec {
  const constants = weights.filter(
    ({ name, listed }) => listed !== null && !Object.hasOwn(spec.params, name),
  );
  const fixed = { kind: 'fixed', size: null } as const;
  return {
    ...spec,
    params: {
      ...spec.params,
      ...Object.fromEntries(
        constants.map(({ name, shape }) => [
          name,
          { axes: shape.map(() => fixed), optional: true },
        ]),
      ),
    },
  };
}
