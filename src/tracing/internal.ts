/** Names that other rooms of the library use, besides the public ones in `index.ts`. */

export { inputTensors } from './capture/inputTensors';
export { interceptKernels, type KernelCall } from './capture/interceptKernels';
export { type Trace, traceForward } from './capture/trace';
export type { TensorSource, TracedCall } from './capture/tracedCall';
export { outputShapesOf } from './capture/zerosFor';
export { stridedRanges } from './labels/rules/stridedRanges';
export { activatedCall } from './replay/activatedCall';
export { type Dataflow, dataflowOf, parameterOf, producerOf } from './replay/dataflow';
export { hasFusedActivation, preActivation } from './replay/preActivation';
export { type Replay, replayForward, stopReplay } from './replay/replayForward';
export { shapeOf } from './replay/shapeOf';
export { modulesOf, type TracedModule } from './replay/tracedModule';
export { spreadOver, type UnitsOnAxes, unitsOnAxes } from './replay/unitsOnAxes';
export { TRACE_SPEC_OPTIONS } from './traceSpec';
