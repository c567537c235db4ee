export type { ValueAndGradients } from './differentiate';
export { valueAndGradients } from './valueAndGradients';
