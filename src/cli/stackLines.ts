/** The lines of an error's stack. The message before them, which may have line ends of its own, is one line. */
export function stackLines(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [String(error)];
  const { name, message, stack } = error;
  const head = [`${name}: ${message}`, message].find((text) => text !== '' && stack.includes(text));
  if (head === undefined) return [stack];
  const end = stack.indexOf(head) + head.length;
  return [stack.slice(0, end), ...stack.slice(end).split('\n').slice(1)];
}
