import type { MergedNetwork } from '../protocol';
import { find, make } from './dom';
import { count } from './words';

let addresses: string[] = [];

/** Shows the result of a merge with links to its files; null clears it. */
export function showMerged(place: HTMLElement, merged: MergedNetwork | null): void {
  for (const address of addresses) URL.revokeObjectURL(address);
  addresses = [];
  place.hidden = merged === null;
  find('statistics-note', HTMLElement).hidden = !merged?.hasStatistics;
  place.replaceChildren();
  if (!merged) return;
  place.append(
    make(
      'p',
      '',
      `${merged.moved} of ${count(merged.units, 'unit')} of B have a new place; their alignment, the cosine of the weights, rose from ${merged.before.toFixed(2)} to ${merged.after.toFixed(2)}.`,
    ),
    ...merged.warnings.map((warning) => make('p', 'aside', warning)),
    make(
      'p',
      'downloads',
      ...merged.files.flatMap(({ name, bytes }) => [download(name, new Blob([bytes])), ' ']),
      download('permutations.json', new Blob([merged.permutations], { type: 'application/json' })),
    ),
  );
}

function download(name: string, content: Blob): HTMLAnchorElement {
  const link = make('a', 'button', `Download ${name}`);
  link.href = URL.createObjectURL(content);
  link.download = name;
  addresses.push(link.href);
  return link;
}
