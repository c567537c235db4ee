export { createDeviceYieldPoint, currentDevice, unlessLost } from './deviceYieldPoint';
export { assertSeed, type RandomSource, randomSource } from './randomSource';
export { assertWithinReach, read, readAndDispose } from './read';
export { wasmLoader } from './wasmLoader';
export { createYieldPoint, type LongWorkOptions } from './yieldPoint';
