import { cpus } from 'node:os';

/** The machine and the versions, printed above every result. */
export function machine(...versions: string[]): string {
  const [{ model }, { length: cores }] = [cpus()[0], cpus()];
  return [model, `${cores} cores`, `Node ${process.version}`, ...versions].join(', ');
}
