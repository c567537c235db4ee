import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenPage, openPage } from './servedPage';
import type { Visit } from './visit';

/** Tests of networks that the page trains. */
export function trainingToTriangle(visit: Visit): void {
  const numberIn = (text: string, words: RegExp) => Number(words.exec(text)![1]);

  describe('from training to the triangle', () => {
    let opened: OpenPage;
    beforeAll(async () => {
      opened = await openPage(visit);
      await opened.hear(/Ready: computing with WebAssembly/);
    });
    afterAll(() => opened?.page.close());
    const press = (name: string | RegExp) => opened.page.getByRole('button', { name }).click();
    let before: number;

    it('nothing can be aligned before there are networks', async () => {
      const { page } = opened;
      for (const name of ['Align B to A', /Train C/, 'Align and merge']) {
        expect(await page.getByRole('button', { name }).getAttribute('aria-disabled')).toBe('true');
      }
      expect(await page.getByRole('slider').isDisabled()).toBe(true);
    });

    it('answers at once while the worker trains', async () => {
      const { page, hear } = opened;
      await page.getByLabel('Hidden units in each layer').selectOption('512'); // It takes a while.
      await press('Train A and B');
      await hear(/Training network A/);
      await press('Reorder the hidden units');
      const note = await page.locator('#reorder-note').textContent();
      expect(await page.locator('#status').textContent()).toMatch(/Training network/);
      expect(note).toMatch(/in the order( [a-e]){5}\./);
    });

    it('cancelled, it says so and goes on from where it was', async () => {
      const { hear } = opened;
      await press('Cancel');
      await hear(/Cancelled/);
      expect(await opened.page.getByRole('button', { name: 'Cancel' }).isVisible()).toBe(false);
      await opened.page.getByLabel('Hidden units in each layer').selectOption('128');
    });

    it('aligning B to A makes the barrier three times lower at least', async () => {
      const { page, hear } = opened;
      await press('Train A and B');
      before = numberIn(await hear(/A and B are trained/), /barrier .*? is ([\d.]+) nats/);
      expect(await page.locator('#training-result').textContent()).toMatch(/A misreads \d+\.\d %/);
      await press('Align B to A');
      const after = numberIn(await hear(/B is aligned/), /barrier is now ([\d.]+) nats/);
      expect(before).toBeGreaterThan(0.3);
      expect(after).toBeLessThan(before / 3);
      const chart = page.getByRole('img', { name: /B as trained: at most .*B in A’s order/ });
      expect(await chart.count()).toBe(2);
    });

    it('the slider goes by the keyboard, and loss, error and digits with it', async () => {
      const { page } = opened;
      const slider = page.getByRole('slider', { name: /α/ });
      const lossAt = async (alpha: string) => {
        const text = page.locator('#alpha-result').filter({ hasText: `α = ${alpha}` });
        return numberIn((await text.textContent())!, /loss ([\d.]+)/);
      };
      await slider.focus();
      await page.keyboard.press('Home');
      const atA = await lossAt('0.00');
      await page.keyboard.press('End');
      await lossAt('1.00');
      for (let i = 0; i < 25; i++) await page.keyboard.press('ArrowLeft');
      const aligned = await lossAt('0.50');
      expect(await slider.getAttribute('aria-valuetext')).toMatch(/^alpha 0.5: loss/);

      await page.getByRole('radio', { name: 'as trained' }).check();
      await page.locator('#alpha-result', { hasText: 'B as trained' }).waitFor();
      const trained = await lossAt('0.50');
      expect(trained - atA).toBeGreaterThan(3 * (aligned - atA));

      const digits = page.getByRole('list', { name: /Test digits/ }).getByRole('listitem');
      expect(await digits.count()).toBe(20);
      const read = await digits.allTextContents();
      const wrong = read.filter((text) => /✗ \d\d+ %, wrong: it is a \d/.test(text)).length;
      const right = read.filter((text) => /✓ \d\d+ %, right/.test(text)).length;
      expect(wrong + right).toBe(20);
      expect(wrong).toBeGreaterThan(0);
      expect(right).toBeGreaterThan(0);
    });

    it('the triangle of three networks is flatter in one order', async () => {
      const { page, hear } = opened;
      await press(/Train C/);
      await hear(/triangle is measured/);
      const rise = async (id: string) =>
        numberIn((await page.locator(`#${id}`).textContent())!, /at most ([\d.]+) nats/);
      const after = await rise('triangle-after');
      expect(after).toBeLessThan((await rise('triangle-before')) / 3);
      expect(await page.locator('#triangle-after .triangle g path').count()).toBe(10);
      expect(await page.locator('#triangle-result').textContent()).toMatch(
        after <= 0.1 ? /are strongly connected/ : /not strongly connected yet/,
      );
    });

    it('makes no error on the page or in the console, and asks no other server', async () => {
      expect(await opened.page.locator('#error-text').textContent()).toBe('');
      expect(opened.faults).toEqual([]);
    });
  });
}
