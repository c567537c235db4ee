import { HIDDEN } from './hidden';

/** The usual escapes of line ends and tabs. */
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text as one line without characters that control a terminal or are invisible: each is shown by its code, such as
 * `\u{9b}`. Names, metadata and paths come from untrusted files and could otherwise control the terminal, or look like
 * lines of the command.
 */
export function escaped(text: string): string {
  return text.replace(HIDDEN, (char) => SHORT[char] ?? `\\u{${char.codePointAt(0)!.toString(16)}}`);
}
