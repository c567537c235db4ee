import { listNames } from '../../checks';
import { invalid } from '../../errors';

/** Throws unless a graph has one output. */
export function assertOneOutput(names: readonly string[]): void {
  if (names.length === 1) return;
  throw invalid(
    `the graph has ${names.length} outputs: ${listNames(names)}`,
    'Pass the one that is compared with the labels: --network-output NAME',
    { param: 'outputs', received: names },
  );
}
