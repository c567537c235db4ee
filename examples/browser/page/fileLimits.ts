import type { BackendName, FileSummary, NetworkSource } from '../protocol';
import { size } from './words';

/**
 * The bytes of a network that can be merged with another one. A merge holds four networks of 32-bit numbers, and
 * TensorFlow.js's memory of WebAssembly ends at 2 GB. With the other backends, the limit is a browser's for a file.
 */
const limits: Record<BackendName, number> = { wasm: 4e8, webgpu: 2e9, webgl: 2e9, cpu: 2e9 };

/** The files of a network, with their contents if they have been read. */
interface MeasuredNetwork extends NetworkSource {
  readonly summary?: FileSummary;
}

/** Throws if the page cannot hold this network with this backend. `command` does the same work without the page. */
export function assertFits(network: MeasuredNetwork, backend: BackendName, command: string): void {
  const [bytes, limit] = [bytesOf(network), limits[backend]];
  if (bytes <= limit) return;
  const means = backend === 'wasm' ? 'with WebAssembly' : 'in a browser';
  const remedy =
    bytes <= limits.cpu ? 'Compute with plain JavaScript, or use the command' : 'Use the command';
  throw new Error(
    `'${network.file.name}' has ${size(bytes)}, and ${means} this page merges networks of up to ${size(limit)}. ${remedy}: ${command}`,
  );
}

/** The size of a network's files, or that of its values as 32-bit numbers if it is greater. */
function bytesOf({ file, beside, summary }: MeasuredNetwork): number {
  const stored = [file, ...beside].reduce((sum, each) => sum + each.size, 0);
  return Math.max(stored, 4 * (summary?.values ?? 0));
}
