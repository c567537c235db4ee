export { isTrainable, type ParameterFilter } from './isTrainable';
export type { Params } from './params';
