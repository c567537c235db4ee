import type { PrefixMapping } from 'perm-lmc';
import { find, make, onPress } from './dom';

/** Shows the prefix by which the names of two networks differ, with a button that accepts it; null clears it. */
export function offerMapping(mapping: PrefixMapping | null, accept = () => {}): void {
  const notice = find('prefix', HTMLElement);
  notice.replaceChildren();
  if (!mapping) return;
  const { from, to } = mapping;
  const button = make('button', '', 'Read B’s names as A’s');
  button.type = 'button';
  onPress(button, () => {
    notice.replaceChildren(
      make('p', '', `B’s names are read with ${named(to)} instead of ${named(from)}.`),
    );
    accept();
  });
  notice.append(
    make(
      'p',
      '',
      `The names differ only by a prefix: B’s with ${named(from)}, A’s with ${named(to)}.`,
    ),
    button,
  );
}

function named(prefix: string): string {
  return prefix === '' ? 'nothing' : `‘${prefix}’`;
}
