export { explainSpec } from './explainSpec';
export type { TracedForward, TraceInput } from './traced';
export { type TraceSpecOptions, traceSpec } from './traceSpec';
export { type SpecVerification, type VerifySpecOptions, verifySpec } from './verifySpec';
