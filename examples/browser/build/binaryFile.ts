import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Adds a file of these bytes, compressed by gzip, to the page: to the built one and to the one in development. */
export function binaryFilePlugin(fileName: string, bytesOf: () => Uint8Array): Plugin {
  const compressed = () => gzipSync(bytesOf(), { level: 6 });
  return {
    name: `perm-lmc:${fileName}`,
    configureServer(server) {
      const bytes = compressed();
      server.middlewares.use((request, response, next) => {
        if (!request.url?.endsWith(`/${fileName}`)) return next();
        response.setHeader('content-type', 'application/octet-stream');
        response.end(bytes);
      });
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName, source: compressed() });
    },
  };
}
