import type { Plugin } from 'vite';

/** The content security policy of the built page: it may load only its own files. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
].join('; ');

/** Writes the content security policy into the built page, so that it cannot contact other sites. */
export function policyPlugin(): Plugin {
  return {
    name: 'perm-lmc:policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
        injectTo: 'head-prepend',
      },
    ],
  };
}
