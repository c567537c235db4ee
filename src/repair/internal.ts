/** Names for other rooms of the library, in addition to the public ones in index.ts. */

export { estimateVariance } from './estimate/estimateVariance';
export { namedNorms } from './estimate/namedNorms';
export { normProducers } from './estimate/normProducers';
