import { find } from './dom';

/** Calls `onFiles` with files that are chosen, or dropped anywhere on the page. */
export function setUpDropZone(onFiles: (files: readonly File[]) => void): void {
  const zone = find('drop', HTMLElement);
  const input = find('files', HTMLInputElement);
  const mark = (isOver: boolean) => zone.classList.toggle('is-over', isOver);

  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    input.value = ''; // So that the same file can be chosen again.
    if (files.length > 0) onFiles(files);
  });
  // Otherwise the browser would open a file that is dropped outside of the zone.
  addEventListener('dragover', (event) => {
    event.preventDefault();
    mark(true);
  });
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) mark(false);
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    mark(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) onFiles(files);
  });
}
