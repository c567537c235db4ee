import { type OpenFiles, together } from '../together';

/** Opens files one after another. If one fails, the others are closed. */
export async function openEach<Open extends OpenFiles>(
  paths: readonly string[],
  open: (path: string) => Promise<Open>,
): Promise<Open[]> {
  const opened: Open[] = [];
  try {
    for (const path of paths) opened.push(await open(path));
    return opened;
  } catch (error) {
    await together(opened).close();
    throw error;
  }
}
