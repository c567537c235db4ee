import { isRecord } from '../checks';
import { invalid } from '../errors';
import type { GraphModelLike, LayersModelLike } from '../models';
import { sizeOf } from '../params/internal';
import type { PermutationSpec } from '../symmetry';
import { aboutFile } from './aboutFile';
import { type OpenTfjs, openTfjs } from './openTfjs';
import { withBoundedWeights } from './withBoundedWeights';
import { type DisposableModel, type LoadModel, withTfjsModel } from './withTfjsModel';

/** Options of {@link tfjsSpec}. */
interface TfjsSpecOptions {
  /** The shape of the input without the batch, for a model of one input that leaves sizes open. */
  readonly inputShape?: readonly number[];
}

/**
 * The spec of a model of tfjs on disk, derived by running it on the current backend. Parameters have the names of the
 * file. Weights that are no parameters of the network, such as shapes, are fixed. `@tensorflow/tfjs-layers` or
 * `@tensorflow/tfjs-converter` is loaded from the user's installation.
 */
export async function tfjsSpec(path: string, options: TfjsSpecOptions): Promise<PermutationSpec> {
  const opened = await openTfjs(path);
  try {
    const derived = await aboutFile(path, () =>
      isGraph(opened.document) ? specOfGraph(path, options) : specOfLayers(path, opened, options),
    );
    await opened.assertUnchanged();
    return withConstants(derived, opened);
  } finally {
    await opened.close();
  }
}

function isGraph({ format, modelTopology }: OpenTfjs['document']): boolean {
  return format === 'graph-model' || (isRecord(modelTopology) && 'node' in modelTopology);
}

async function specOfLayers(
  path: string,
  { weights }: OpenTfjs,
  options: TfjsSpecOptions,
): Promise<PermutationSpec> {
  const { layers, loadLayersModel } = await imported(
    '@tensorflow/tfjs-layers',
    () => import('@tensorflow/tfjs-layers'),
  );
  const { layersModelSpec } = await import('../models');
  const { fileNames } = await import('../models/internal');
  const most = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const load: LoadModel<LayersModelLike & DisposableModel> = (source) =>
    withBoundedWeights(layers.Layer, most, () => loadLayersModel(source));
  return withTfjsModel(path, load, async (model) => {
    const names = fileNames(
      model,
      weights.map(({ name }) => name),
    );
    return renamed(await layersModelSpec(model, options), names);
  });
}

async function specOfGraph(path: string, options: TfjsSpecOptions): Promise<PermutationSpec> {
  const { loadGraphModel } = await imported(
    '@tensorflow/tfjs-converter',
    () => import('@tensorflow/tfjs-converter'),
  );
  const { graphModelSpec } = await import('../models');
  return withTfjsModel(path, loadGraphModel, (model: GraphModelLike & DisposableModel) =>
    graphModelSpec(model, options),
  );
}

/** A package that is installed by users. */
async function imported<Package>(name: string, load: () => Promise<Package>): Promise<Package> {
  try {
    return await load();
  } catch (cause) {
    throw invalid(
      `${name} cannot be loaded, which derives the spec of a model of tfjs`,
      `Run \`npm install ${name}\`, or pass a spec`,
      { cause },
    );
  }
}

/** The spec with other names of parameters. */
function renamed(spec: PermutationSpec, names: ReadonlyMap<string, string>): PermutationSpec {
  const nameOf = (param: string) => names.get(param) ?? param;
  const { derivation } = spec;
  return {
    ...spec,
    params: Object.fromEntries(
      Object.entries(spec.params).map(([param, own]) => [nameOf(param), own]),
    ),
    ...(derivation && {
      derivation: {
        ...derivation,
        fixed: derivation.fixed.map((each) => ({ ...each, param: nameOf(each.param) })),
      },
    }),
  };
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
