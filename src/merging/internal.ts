/** Exports for other rooms of the library, beside the public ones of `index.ts`. */

export { assertModels } from './assertModels';
export { assertScale } from './assertScale';
export { assertVariance } from './assertVariance';
export { mixTensors } from './mixTensors';
export { assertFloats, mixture } from './mixture';
export { mixtureWeights } from './mixtureWeights';
export { runningMixture } from './runningMixture';
