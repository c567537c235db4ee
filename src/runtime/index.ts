export { createDeviceYieldPoint, currentDevice, unlessLost } from './createDeviceYieldPoint';
export { createYieldPoint, type LongWorkOptions } from './createYieldPoint';
export type { Progress } from './progress';
export { assertSeed, type RandomSource, randomSource } from './randomSource';
export { assertWithinReach, read, readAndDispose } from './read';
export { wasmLoader } from './wasmLoader';
