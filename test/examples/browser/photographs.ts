import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contrasts } from './contrasts';
import { type OpenPage, openPage } from './servedPage';
import type { Visit } from './visit';

/** Tests of the networks that were trained beforehand on photographs. */
export function photographs(visit: Visit): void {
  describe('photographs', () => {
    let opened: OpenPage;
    let page: Page;
    const fetched: string[] = [];
    beforeAll(async () => {
      opened = await openPage(visit, {}, async (opening) => {
        opening.on('request', (request) => fetched.push(request.url()));
      });
      page = opened.page;
      await opened.hear(/Ready/);
    });
    afterAll(() => page?.close());
    const files = (ending: string) => fetched.filter((url) => url.endsWith(ending)).length;
    const rise = (text: string) => Number(/the loss by ([\d.]+) nats/.exec(text)![1]);
    const cell = (row: number, column: number) =>
      page.locator('.matrix tbody tr').nth(row).locator('td').nth(column);

    it('a network that is missing is named, and the next try goes on from there', async () => {
      expect(files('photographs.bin') + files('.safetensors')).toBe(0);
      await page.route('**/*.safetensors', (route) => route.fulfill({ status: 404 }));
      await page.getByRole('button', { name: 'Load networks and photographs' }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').textContent()).toMatch(
        /answered 404 for vgg\d+_s[12]_\d+\.safetensors/,
      );
      await page.unroute('**/*.safetensors');
      fetched.length = 0;
    });

    it('the photographs and two networks are fetched, and aligning these lowers the hill', async () => {
      await page.locator('#photo-align').click();
      const after = rise(await opened.hear(/B is aligned to A: between them/));
      expect(files('.safetensors')).toBe(2);
      const told = (await page.locator('#photo-result').textContent())!;
      const before = rise(told.slice(told.indexOf('As trained')));
      expect(after).toBeLessThan(before);
      await page
        .getByRole('img', { name: /Share misread on the line.*B as trained: .*B in A’s order/ })
        .waitFor();
    });

    it('the slider goes by the keyboard, and the photographs with it', async () => {
      await page.getByRole('slider', { name: /α/ }).last().focus();
      await page.keyboard.press('Home');
      const result = page.locator('#photo-alpha-result').filter({ hasText: 'α = 0.00, A itself' });
      const error = Number(/misreads ([\d.]+) %/.exec((await result.textContent())!)![1]);
      expect(error).toBeLessThan(80); // By chance it would be 90.
      const items = page.getByRole('list', { name: /Test photographs/ }).getByRole('listitem');
      const read = await items.allTextContents();
      expect(read).toHaveLength(21);
      const right = read.filter((text) => /^✓ [a-z]+\d+ %, right$/.test(text)).length;
      const wrong = read.filter((text) => /^✗ [a-z]+\d+ %, wrong: it is an? [a-z]+$/.test(text));
      expect(right + wrong.length).toBe(21);
      expect(right).toBeGreaterThan(3);
    });

    it('the matrix is measured cell by cell: orders of late steps serve early networks', async () => {
      await page.getByRole('button', { name: 'Measure the matrix' }).click();
      await opened.hear(/The matrix is measured/);
      expect(files('.safetensors')).toBe(6);
      const rises = (await page.locator('.matrix td').allTextContents()).map(Number);
      expect(rises).toHaveLength(12);
      const [none, last] = [rises.slice(0, 3), rises.slice(9)];
      expect(none[0]).toBeLessThan(none[2]);
      expect(last[2]).toBeLessThan(none[2]);
      expect(await page.locator('.scale').last().textContent()).toContain(
        `${Math.max(...rises)} points`,
      );
    });

    it('the pointer and the arrow keys tell the steps and the barriers of a cell', async () => {
      const readout = page.locator('#matrix-readout');
      await cell(0, 1).hover();
      const t = await page.locator('.matrix thead th').nth(2).textContent();
      expect(await readout.textContent()).toMatch(
        new RegExp(`^Networks of step t = ${t}, as trained: .* by [\\d.]+ points and .* nats\\.$`),
      );
      await cell(0, 0).focus();
      for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
      expect(await readout.textContent()).toContain(
        `step t = ${t}, with B in the order found at step s = ${t}`,
      );
      await page.keyboard.press('End');
      await page.keyboard.press('ArrowRight');
      expect(await cell(2, 2).evaluate((element) => element === document.activeElement)).toBe(true);
      expect(await page.locator('.matrix td[tabindex="0"]').count()).toBe(1);
    });

    it('Enter on a cell walks its line', async () => {
      await cell(3, 1).focus();
      await page.keyboard.press('Enter');
      await opened.hear(/B is aligned to A/);
      const [s, t] = await page
        .locator('#photo-step option')
        .evaluateAll((options) => [options.at(-1)!.textContent, options.at(1)!.textContent]);
      expect(await page.getByLabel('Networks after training step').inputValue()).toBe(t);
      expect(await page.locator('#photo-result').textContent()).toContain(
        `of step ${t}, with the order found at step ${s}`,
      );
      expect(await cell(3, 1).getAttribute('aria-selected')).toBe('true');
      expect(await page.locator('.matrix [aria-selected="true"]').count()).toBe(1);
    });

    it.each(['light', 'dark'] as const)(
      'in %s mode every number of the matrix stands out, whatever its colour',
      async (colorScheme) => {
        await page.emulateMedia({ colorScheme });
        for (let share = 0; share <= 1; share += 0.05) {
          await cell(1, 1).evaluate(
            (element, value) => (element as HTMLElement).style.setProperty('--share', value),
            share.toFixed(2),
          );
          const texts = await contrasts(page, '.matrix');
          expect(texts.length).toBeGreaterThan(12);
          expect(texts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
        }
      },
    );

    it('another backend takes the photographs over, and a cancelled matrix keeps the networks', async () => {
      await page.getByLabel('Compute with').selectOption('cpu');
      await opened.hear(/Ready: computing with plain JavaScript/);
      await page.getByLabel('Compute with').selectOption('wasm');
      await opened.hear(/Ready: computing with WebAssembly/);
      await page.getByRole('button', { name: 'Measure the matrix' }).click();
      await opened.hear(/Measuring the matrix/);
      await page.getByRole('button', { name: 'Cancel' }).click();
      await opened.hear(/Cancelled\. The networks are unchanged/);
      await page.locator('#photo-align').click();
      await opened.hear(/B is aligned to A/);
    });

    it('nothing is wider than a phone of 360 pixels', async () => {
      await page.setViewportSize({ width: 360, height: 740 });
      const width = () => page.evaluate(() => document.documentElement.scrollWidth);
      await expect.poll(width).toBe(360);
    });

    it('makes no other error in the console and asks no other server', () => {
      const expected = /the server responded with a status of 404/;
      expect(opened.faults.filter((fault) => !expected.test(fault))).toEqual([]);
    });
  });
}
