/** Fetches a file that was built with the page, and inflates it. */
export async function fetchBinaryFile(name: string, signal?: AbortSignal): Promise<Uint8Array> {
  return inflate(await fetchBytes(new URL(name, document.baseURI).href, name, signal));
}

/** Fetches the bytes of a file. Throws with its name if the server does not have it. */
export async function fetchBytes(
  address: string,
  name: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(address, { signal: signal ?? null });
  if (!response.ok) {
    throw new Error(
      `The page is not complete: the server answered ${response.status} for ${name}, which must be next to it.`,
    );
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** Inflates a gzip file. Bytes that the server has already inflated are returned unchanged. */
async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
