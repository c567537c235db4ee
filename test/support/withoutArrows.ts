/** A pattern without the arrows of roles, for claims about groups alone. */
export function withoutArrows(pattern: string): string {
  return pattern.replaceAll('>', '');
}
