/** The last component of a name with dots or slashes. */
export function lastWord(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf('/')) + 1);
}
