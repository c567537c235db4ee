import { find, make } from './dom';
import { setUpDropZone } from './dropZone';
import { removeButton } from './removeButton';

/** Files that were chosen or dropped and are not read yet, in the order in which they came. */
export interface WaitingFiles {
  /** Takes the files that were chosen together first; undefined if none wait. */
  take(): readonly File[] | undefined;
  /** Calls `listener` whenever files were added. */
  onAdd(listener: () => void): void;
}

/** Lists files from the moment that the page is open, until a part of the page takes them to read them. */
export function setUpWaitingFiles(): WaitingFiles {
  const list = find('waiting-list', HTMLElement);
  let groups: (readonly File[])[] = [];
  let added = () => {};

  function set(next: (readonly File[])[]): void {
    groups = next;
    list.replaceChildren(...groups.map(item));
  }

  function item(files: readonly File[]): HTMLLIElement {
    const names = files.map(({ name }) => name).join(', ');
    return make(
      'li',
      '',
      make('b', '', '…'),
      make('span', 'file-name', names),
      make('span', 'aside', 'waits until the page can read it'),
      removeButton(names, () => set(groups.filter((group) => group !== files))),
    );
  }

  setUpDropZone((files) => {
    set([...groups, files]);
    added();
  });
  return {
    take() {
      const [first, ...others] = groups;
      if (first) set(others);
      return first;
    },
    onAdd(listener) {
      added = listener;
    },
  };
}
