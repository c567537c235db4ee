/** Orders names by their words, and by numbers where words are numbers: `stage2.9` comes before `stage2.10`. */
export function byNumbers(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
