/**
 * A way in which a network reads the units of a group together, other than by the linear maps of consumers.
 *
 * - `'layerNorm'`, `'rmsNorm'`, `'groupNorm'`: a norm over the units. A norm of each unit by itself (batch norm) is none.
 * - `'softmax'`: a softmax over the units.
 * - `'mean'`, `'max'`: a mean or a sum, a maximum or a minimum over the units.
 * - `'dotProduct'`: products of two activations are added over the units, such as queries and keys.
 * - `'other'`: any other operation.
 */
export type JointUse =
  | 'layerNorm'
  | 'rmsNorm'
  | 'groupNorm'
  | 'softmax'
  | 'mean'
  | 'max'
  | 'dotProduct'
  | 'other';

/** All joint uses, in the order of the type. */
export const JOINT_USES: readonly JointUse[] = [
  'layerNorm',
  'rmsNorm',
  'groupNorm',
  'softmax',
  'mean',
  'max',
  'dotProduct',
  'other',
];
