import type { FileSummary, NetworkSource } from '../protocol';
import { find, make } from './dom';
import { removeButton } from './removeButton';
import { count } from './words';

/** The file of a network, with its contents. */
export interface NetworkFile extends NetworkSource {
  readonly kind: 'safetensors' | 'onnx';
  readonly summary: FileSummary;
}

/** Lists the files of A and B, each with a button that calls `remove`. */
export function listFiles(
  networks: readonly NetworkFile[],
  remove: (network: NetworkFile) => void,
): void {
  const items = networks.map((network, i) => {
    const { names, values } = network.summary;
    return make(
      'li',
      '',
      make('b', `network-${'ab'[i]}`, 'AB'[i]),
      make('span', 'file-name', network.file.name),
      make('span', 'aside', `${count(names.length, 'parameter')}, ${count(values, 'number')}`),
      removeButton(network.file.name, () => remove(network)),
    );
  });
  find('file-list', HTMLElement).replaceChildren(...items);
}
