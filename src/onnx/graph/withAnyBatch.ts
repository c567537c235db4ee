import type { Program } from './program';

/** A program that takes any size of the first axis of its inputs, where the graph may fix one. */
export function withAnyBatch(program: Program): Program {
  const inputs = program.inputs.map((input) => ({
    ...input,
    shape: input.shape && [null, ...input.shape.slice(1)],
  }));
  return { ...program, inputs };
}
