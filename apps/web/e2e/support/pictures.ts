import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, type Page } from '@playwright/test';
import { findSeriousBarriers } from '@skelly/testkit/browser';

const folder = fileURLToPath(new URL('../../test-results/pictures/', import.meta.url));

const screens = [
  { width: 1280, height: 800 },
  { width: 360, height: 740 },
] as const;
const themes = ['light', 'dark'] as const;

/**
 * Takes the picture of what a page shows now, wide and on a phone, light and dark, and checks each: no sideways
 * scrolling on the phone, and nothing serious for axe (wide in light, phone in dark, so that both layouts and both themes are seen).
 */
export async function takePictures(page: Page, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const screen of screens) {
    await page.setViewportSize(screen);
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: `${folder}${name}.${screen.width}.${colorScheme}.png` });
      if ((screen.width === 1280) === (colorScheme === 'light')) {
        expect(await findSeriousBarriers(page), `${name}, ${screen.width} px, ${colorScheme}`).toEqual([]);
      }
    }
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(sideways, `${name} scrolls sideways at ${screen.width} px`).toBeLessThanOrEqual(0);
  }
  const [wide] = screens;
  await page.setViewportSize(wide);
}
