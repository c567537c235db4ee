export type { ModelSpecOptions } from './deriveModelSpec';
export type { GraphModelInput, GraphModelLike, GraphModelPlaceholder } from './graphModelLike';
export { type GraphModelSpecOptions, graphModelNetwork } from './graphModelNetwork';
export { graphModelParams } from './graphModelParams';
export { graphModelSpec } from './graphModelSpec';
export type {
  LayerLike,
  LayersModelInput,
  LayersModelLike,
  LayerVariableLike,
  SymbolicInputLike,
} from './layersModelLike';
export { type LayersModelSpecOptions, layersModelNetwork } from './layersModelNetwork';
export { layersModelParams } from './layersModelParams';
export { layersModelSpec } from './layersModelSpec';
export type { ModelForward, ModelNetwork } from './modelNetwork';
export { setGraphModelParams } from './setGraphModelParams';
export { setLayersModelParams } from './setLayersModelParams';
