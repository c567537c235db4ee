/** Names for other rooms of the library, in addition to the public ones in index.ts. */

export { networkOfGraph } from './onnxNetwork';
export { networksOfGraphs } from './onnxNetworks';
export { type OnnxFile, type OnnxWeight, openOnnxFile, openOnnxFiles } from './openOnnxFile';
export { replaceWeights } from './write/replaceWeights';
