/** Exports for other rooms of the library, beyond the public ones of `index.ts`. */

export type { NetworkListing } from './architecture';
export { architectures } from './architectures';
export { type Recognition, recogniseShapes } from './recogniseShapes';
export { UnsupportedNetworkError } from './transformers/unsupportedNetwork';
