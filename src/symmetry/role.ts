/**
 * The part that a layer plays for the units on an axis.
 *
 * - `'producer'`: it computes them. Kernels on their output axis, biases, γ and β, moving statistics, the kernel of a
 *   depthwise convolution and the columns of an embedding are producers.
 * - `'consumer'`: it adds over them. The contracted axis of a kernel is a consumer.
 * - `'both'`: both, such as a tied embedding, whose rows are looked up and multiplied with.
 *
 * Permuting treats all alike. Merging units averages their producers and adds their consumers.
 */
export type Role = 'producer' | 'consumer' | 'both';
