/**
 * Text without control characters other than line ends. Names, metadata and paths come from untrusted files
 * and could control the terminal.
 */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, '\u{fffd}');
}
