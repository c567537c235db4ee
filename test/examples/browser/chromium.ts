import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright';

/** Where Chromium is, found as a shell would find it; null where there is none. */
function chromiumPath(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = folders.flatMap((folder) =>
    ['chromium', 'chromium-browser'].map((name) => join(folder, name)),
  );
  return paths.find((path) => existsSync(path)) ?? null;
}

/**
 * Why the tests of the page cannot run here, or null if they can. On a continuous-integration machine,
 * which installs what it takes, that is an error instead.
 */
export function whyNoChromium(): string | null {
  if (chromiumPath() !== null) return null;
  const reason = 'no Chromium in the PATH: install it, such as the Debian package chromium';
  if (process.env.CI) throw new Error(`Chromium must run here: ${reason}`);
  return reason;
}

/** Starts Chromium, with WebGPU in software (SwiftShader) or without any. */
export function launchChromium({ webGpu }: { webGpu: boolean }): Promise<Browser> {
  const quiet = [
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--disable-quic',
  ];
  return chromium.launch({
    executablePath: chromiumPath()!,
    args: webGpu ? [...quiet, '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'] : quiet,
  });
}
