import type { Plugin } from 'vite';

/** What the built page may load: its own files and nothing else. Its charts style themselves by script. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
].join('; ');

/** Writes a content security policy into the built page, which holds that it asks no other site for anything. */
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
