import { architectures } from '../architectures/internal';

/** True for the name of a family of networks, such as `densenet`. */
export function isFamily(text: string): boolean {
  return architectures.some(({ name }) => name === text);
}
