export type { TracedForward } from './capture/tracedCall';
export { explainSpec } from './explainSpec';
export { type TraceSpecOptions, traceSpec } from './traceSpec';
export {
  type OutputVerification,
  type SpecVerification,
  type VerifySpecOptions,
  verifySpec,
} from './verifySpec';
