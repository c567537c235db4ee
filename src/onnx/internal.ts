/** Names for other rooms of the library, in addition to the public ones in index.ts. */

export { networkOfGraph } from './onnxNetwork';
export { networksOfGraphs } from './onnxNetworks';
export { type GraphValue, type OnnxSummary, type OperatorUse, onnxSummary } from './onnxSummary';
export { type OnnxFile, type OnnxWeight, openOnnxFile, openOnnxFiles } from './openOnnxFile';
export { openTogether } from './openTogether';
export { specOfFiles } from './specOfFiles';
export { externalLocations, moveExternalData } from './write/moveExternalData';
export { replaceWeights } from './write/replaceWeights';
