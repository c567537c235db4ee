export type { ModelConfig } from './architecture';
export * from './presets';
export {
  type RecogniseArchitectureOptions,
  type RecognisedArchitecture,
  recogniseArchitecture,
} from './recogniseArchitecture';
export { type TransformerSpecOptions, transformerSpec } from './transformers/transformerSpec';
