/** The bytes that a file of the page has at most, also inflated: ten times those of the digits. */
const LIMIT = 64e6;

/** Fetches a file that was built with the page, and inflates it. */
export async function fetchBinaryFile(name: string, signal?: AbortSignal): Promise<Uint8Array> {
  return inflate(await fetchBytes(new URL(name, document.baseURI).href, name, signal), name);
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
  return readAll(response, name);
}

/** Inflates a gzip file. Bytes that the server has already inflated are returned unchanged. */
async function inflate(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return readAll(new Response(stream), name);
}

/** The bytes of a file of the page. Throws, without reading on, if there are more than such a file has. */
async function readAll({ body }: Response, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const reader = body!.getReader();
  let length = 0;
  for (;;) {
    const { value } = await reader.read();
    if (!value) return new Uint8Array(await new Blob(chunks).arrayBuffer());
    chunks.push(value);
    length += value.length;
    if (length > LIMIT) {
      await reader.cancel();
      throw new Error(`${name} is damaged: it has more than 64 MB. Build the page again.`);
    }
  }
}
