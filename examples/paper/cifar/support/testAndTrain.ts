import type { Evaluate } from 'perm-lmc';

/** Metrics on test images, and with the prefix `train` on training images. */
export type SplitMetric<Metric extends string> = Metric | `train${Capitalize<Metric>}`;

/** Measures a network on test images and on training images. */
export function testAndTrain<Metric extends string>(
  test: Evaluate<Metric>,
  train: Evaluate<Metric>,
): Evaluate<SplitMetric<Metric>> {
  return async (params, point) => {
    const onTraining = Object.entries<number>(await train(params, point)).map(([name, value]) => [
      `train${name[0].toUpperCase()}${name.slice(1)}`,
      value,
    ]);
    return { ...(await test(params, point)), ...Object.fromEntries(onTraining) };
  };
}
