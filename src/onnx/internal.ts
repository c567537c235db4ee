/** Names for other rooms of the library, in addition to the public ones in index.ts. */

export { graphDifference } from './graphDifference';
export { networksOfGraphs } from './onnxNetworks';
export { type GraphValue, type OnnxSummary, onnxSummary } from './onnxSummary';
export { type OnnxWeight, openOnnxFile } from './openOnnxFile';
export { openTogether } from './openTogether';
export { specOfFiles } from './specOfFiles';
export { externalLocations, moveExternalData } from './write/moveExternalData';
export { replaceWeights } from './write/replaceWeights';
