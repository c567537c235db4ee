/** What other rooms of the library use of this one, beside what its door makes public. */

export { assertWeights } from './assertWeights';
export { assertModels } from './average';
export { mixture } from './mixture';
