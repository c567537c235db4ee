/** What other rooms of the library use of this one, beside what its door makes public. */

export { assertModels } from './assertModels';
export { mixTensors } from './mixTensors';
export { mixture } from './mixture';
export { mixtureWeights } from './mixtureWeights';
