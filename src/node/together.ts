import type { OpenFile } from './openFile';

/** Files that are open and read as one. */
export type OpenFiles = Pick<OpenFile, 'assertUnchanged' | 'close'>;

/** Several open files as one: unchanged if each of them is, and closed together. */
export function together(files: readonly OpenFiles[]): OpenFiles {
  return {
    async assertUnchanged() {
      for (const file of files) await file.assertUnchanged();
    },
    async close() {
      await Promise.all(files.map((file) => file.close()));
    },
  };
}
