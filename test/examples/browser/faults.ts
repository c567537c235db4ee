import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChromium } from '../../support/chromium';
import { fixture, openPage } from './servedPage';
import type { Visit } from './visit';

/** Tests of parts that are missing or break. */
export function faults(visit: Visit): void {
  const error = (page: Page) => page.getByRole('alert').textContent();

  describe('faults', () => {
    it('WebGPU without an adapter is said, and the page computes with WebAssembly', async () => {
      const { page, hear } = await openPage(visit);
      await hear(/Ready/);
      await page.getByLabel('Compute with').selectOption('webgpu');
      await page.getByRole('alert').waitFor();
      expect(await error(page)).toMatch(
        /WebGPU did not start: this browser has no WebGPU adapter\. The page computes with WebAssembly instead/,
      );
      await hear(/Ready: computing with WebAssembly/);
      expect(await page.getByLabel('Compute with').inputValue()).toBe('wasm');
      await page.getByLabel('Choose files').setInputFiles(fixture('mlp64_A'));
      await hear(/1 of 2 networks/);
      await page.close();
    });

    it('another backend, chosen in the middle of training, ends the training and takes over', async () => {
      const { page, hear } = await openPage(visit);
      await hear(/Ready/);
      await page.getByLabel('Hidden units in each layer').selectOption('512'); // It takes a while.
      const train = page.getByRole('button', { name: 'Train A and B' });
      await train.click();
      await hear(/Training network A/);
      await page.getByLabel('Compute with').selectOption('cpu');
      await hear(/Ready: computing with plain JavaScript/);
      expect(await page.getByRole('button', { name: 'Cancel' }).isVisible()).toBe(false);
      expect(await train.getAttribute('aria-disabled')).toBe('false');
      await page.close();
    });

    it('digits that are not there are said to be missing', async () => {
      const { page, hear } = await openPage(visit, {}, (opening) =>
        opening.route('**/digits.bin', (route) => route.fulfill({ status: 404 })),
      );
      await hear(/could not start/);
      expect(await error(page)).toMatch(/answered 404 for digits\.bin/);
      await page.close();
    });

    it('digits that are cut off are said to be damaged', async () => {
      const { page, hear } = await openPage(visit, {}, (opening) =>
        opening.route('**/digits.bin', (route) =>
          route.fulfill({ body: Buffer.from([1, 0, 0, 0, 1, 0, 0, 0, 7]) }),
        ),
      );
      await hear(/could not start/);
      expect(await error(page)).toMatch(/damaged: 9 bytes do not hold 1 \+ 1 images/);
      await page.close();
    });

    it('a worker that cannot be loaded is an error, and no endless try', async () => {
      let asked = 0;
      const { page, hear } = await openPage(visit, {}, (opening) =>
        opening.route('**/assets/main-*.js', (route) => {
          asked++;
          return route.fulfill({ status: 404 });
        }),
      );
      await hear(/Nothing can be computed/);
      expect(await error(page)).toMatch(/did not start: The worker failed/);
      expect(asked).toBe(1);
      await page.close();
    });
  });

  describe('with a WebGPU device', () => {
    let gpu: Browser;
    beforeAll(async () => {
      gpu = await startChromium({ webGpu: true });
    });
    afterAll(() => gpu?.close());

    it('a device lost in the middle of a match is said, the networks are intact, and the match succeeds with WebAssembly', async () => {
      const { page, hear } = await openPage({ ...visit, browser: gpu }, {}, keepDevices);
      // An adapter in software is none that the page would choose by itself.
      await hear(/Ready: computing with WebAssembly/);
      await page.getByRole('button', { name: 'Train A and B' }).click();
      await hear(/A and B are trained/);
      await page.getByLabel('Compute with').selectOption('webgpu');
      await hear(/Ready: computing with WebGPU/);

      await page.getByRole('button', { name: 'Align B to A' }).click();
      await hear(/Aligning B to A/);
      await page.workers().at(-1)!.evaluate('keptDevice.destroy()');
      await page.getByRole('alert').waitFor();
      expect(await error(page)).toMatch(
        /The WebGPU device was lost.*your networks and files are intact.*goes on with WebAssembly/,
      );
      await hear(/Ready: computing with WebAssembly/);
      await page.getByRole('button', { name: 'Align B to A' }).click();
      await hear(/B is aligned to A/);
      await page.close();
    });
  });
}

/** Has the worker keep its WebGPU device where a test can reach it. */
async function keepDevices(page: Page): Promise<void> {
  const patch = `
    const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...options) {
      return (globalThis.keptDevice = await request.apply(this, options));
    };`;
  await page.route('**/assets/main-*.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `{${patch}}\n${await response.text()}` });
  });
}
