/** Names for other rooms of the library, in addition to the public ones in index.ts. */

export { channelsOn } from './channelsOn';
export { estimateVariance } from './estimate/estimateVariance';
export type { NormProducer } from './estimate/kernelsWith';
export { namedNorms } from './estimate/namedNorms';
export { normProducers } from './estimate/normProducers';
