export { type ValueAndGradients, valueAndGradients } from './valueAndGradients';
