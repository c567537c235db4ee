/** Names for other rooms of the library, in addition to the public ones in index.ts. */

export { channelsOn } from './channelsOn';
export { estimateVariance } from './estimate/estimateVariance';
export type { NormProducer } from './estimate/kernelsWith';
export { namedNorms } from './estimate/namedNorms';
export { normProducers } from './estimate/normProducers';
export { measureContractions } from './measureContractions';
export type { AffineLayer, ChannelParameter } from './repairLayer';
export { type RepairData, repairTowards } from './repairTowards';
export type { Target } from './rescaled';
