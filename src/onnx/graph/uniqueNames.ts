/** A function that makes names unique: the second `a` becomes `a:2`. */
export function uniqueNames(): (name: string) => string {
  // The last number that was put behind each name.
  const numbers = new Map<string, number>();
  return (name) => {
    let number = numbers.get(name) ?? 0;
    let unique = name;
    while (numbers.has(unique)) {
      number++;
      if (number > 1) unique = `${name}:${number}`;
    }
    numbers.set(name, number);
    if (unique !== name) numbers.set(unique, 1);
    return unique;
  };
}
