import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { permutationSpec } from '../../src';
import { inspectCheckpoint, mergeFiles } from '../../src/node';

/**
 * Merges a checkpoint of many shards with itself where 30 files can be open: `manyShards.ts INDEX OUTPUT`. The limit of
 * the process (`ulimit -n`) must be for the modules that it loads.
 * Prints the number of its tensors, and the files that the process has open in the end.
 */
const [index, output] = process.argv.slice(2);
leaveDescriptors(30);
const spec = permutationSpec({}, { unlisted: 'fixed' });
await mergeFiles(spec, [index, index], [{}], output);
const { tensors } = await inspectCheckpoint(output, { values: true });
const folder = join(index, '..');
const left = readdirSync('/proc/self/fd').filter((descriptor) => isIn(folder, descriptor));
process.stdout.write(`${tensors.length} ${left.length}`);

/** Takes all descriptors of the process but so many. */
function leaveDescriptors(count: number): void {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    for (const descriptor of taken.slice(-count)) closeSync(descriptor);
  }
}

function isIn(folder: string, descriptor: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(folder);
  } catch {
    return false; // It was that of the listing.
  }
}
