/**
 * The producers of new units. Their consumers are zero, or shared, so that the function stays the same.
 *
 * - `'zero'`: zeros. Gradients of such units are zero, too.
 * - `'copy'`: the producers of present units in turn; the copies of a unit share its consumers.
 * - `'random'`: kernels are uniform random numbers of mean 0 and the standard deviation of the parameter.
 */
export type WidenFill = 'zero' | 'copy' | 'random';
