/** Opens files one after another. If one fails, the others are closed. */
export async function openEach<Open extends { readonly close: () => Promise<void> }>(
  paths: readonly string[],
  open: (path: string) => Promise<Open>,
): Promise<Open[]> {
  const opened: Open[] = [];
  try {
    for (const path of paths) opened.push(await open(path));
    return opened;
  } catch (error) {
    await Promise.all(opened.map(({ close }) => close()));
    throw error;
  }
}
