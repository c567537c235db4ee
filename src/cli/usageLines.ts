/**
 * The lines of an error of commander, which quotes words of the command line as they are. Only the suggestion that
 * commander adds is a line of its own.
 */
export function usageLines(text: string): string[] {
  const [, error, suggestion] = /^(.*?)(\n\(Did you mean [-\w, ]+\?\))?\n$/s.exec(text) ?? [];
  return [error ?? text, suggestion].flatMap((part) => (part === undefined ? [] : [part.trim()]));
}
