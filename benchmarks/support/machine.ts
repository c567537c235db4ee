import { cpus } from 'node:os';

/** The machine and the versions that every result is printed with. */
export function machine(...versions: string[]): string {
  const [{ model }, { length: cores }] = [cpus()[0], cpus()];
  return [model, `${cores} cores`, `Node ${process.version}`, ...versions].join(', ');
}
