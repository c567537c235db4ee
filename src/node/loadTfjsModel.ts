import { failed, InvalidInputError } from '../errors';

/** A model that has tensors. */
export interface DisposableModel {
  dispose(): unknown;
}

/** A loader of tfjs. */
export type LoadModel<Model> = (source: {
  load: () => ReturnType<typeof import('./tfjsArtifacts').readArtifacts>;
}) => Promise<Model>;

/** Loads the model of tfjs at a path. The caller disposes it. */
export async function loadTfjsModel<Model extends DisposableModel>(
  path: string,
  load: LoadModel<Model>,
): Promise<Model> {
  const { readArtifacts } = await import('./tfjsArtifacts');
  // Errors of the file have their own remedies. Without its training configuration, the model gets no optimizer, whose
  // tensors would not be disposed with it.
  const artifacts = { ...(await readArtifacts(path)), trainingConfig: undefined };
  try {
    return await load({ load: async () => artifacts });
  } catch (cause) {
    if (cause instanceof InvalidInputError) throw cause;
    throw failed(
      'loading the model in tfjs',
      cause,
      'If it has layers of your own, derive the spec in a script with layersModelSpec or graphModelSpec, and pass it',
    );
  }
}
