export { createDeviceYieldPoint, currentDevice, unlessLost } from './createDeviceYieldPoint';
export { createYieldPoint, type LongWorkOptions, type WorkControl } from './createYieldPoint';
export { eachUnlessAborted } from './eachUnlessAborted';
export { type LongWork, longWork } from './longWork';
export type { Progress } from './progress';
export { assertSeed, type RandomSource, randomSource } from './randomSource';
export { assertWithinReach, read, readAndDispose } from './read';
export { unlessAborted } from './unlessAborted';
export { wasmLoader } from './wasmLoader';
