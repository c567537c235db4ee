/** Names for other rooms of the library, in addition to the public ones in index.ts. */

export { assertFits } from './assertFits';
export { deriveModelSpec, MODEL_SPEC_OPTIONS } from './deriveModelSpec';
export { fileNames } from './fileNames';
export type { DeclaredInput } from './modelInput';
