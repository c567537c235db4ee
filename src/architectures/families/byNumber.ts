/** Orders names by the number at their end. */
export function byNumber(a: string, b: string): number {
  const numberOf = (name: string) => Number(/\d*$/.exec(name)![0]);
  return numberOf(a) - numberOf(b);
}
