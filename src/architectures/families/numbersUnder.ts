/** The numbers n of all names `PREFIX.n.…`, sorted; without a prefix, of all names `n.…`. */
export function numbersUnder(names: readonly string[], prefix: string): number[] {
  const start = prefix === '' ? '' : `${prefix}.`;
  const numbers = names.flatMap((name) => {
    const [first, ...rest] = name.startsWith(start) ? name.slice(start.length).split('.') : [];
    return rest.length > 0 && /^\d+$/.test(first) ? [Number(first)] : [];
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
}
