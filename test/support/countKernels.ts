import * as tf from '@tensorflow/tfjs-core';

/** The result of some work, and how often kernels of these names ran in it on inputs that are asked for. */
export async function countKernels<T>(
  kernels: readonly string[],
  isCounted: (inputs: Readonly<Record<string, tf.TensorInfo>>) => boolean,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly runs: number }> {
  const engine = tf.engine();
  const { runKernel } = engine;
  let runs = 0;
  engine.runKernel = (name, inputs, attrs) => {
    if (kernels.includes(name) && isCounted(inputs)) runs++;
    return runKernel.call(engine, name, inputs, attrs) as never;
  };
  try {
    return { result: await work(), runs };
  } finally {
    delete (engine as Partial<typeof engine>).runKernel;
  }
}
