/**
 * Text without what would control a terminal: names, metadata and paths are of files from anywhere. Ends of
 * lines stay.
 */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, '\u{fffd}');
}
