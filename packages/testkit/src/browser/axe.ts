import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults, ImpactValue } from 'axe-core';

/** One way in which a page shuts somebody out. */
export interface AxeFinding {
  readonly rule: string;
  readonly impact: ImpactValue;
  readonly help: string;
  /** Where, as CSS selectors with what axe measured there. */
  readonly places: readonly string[];
}

const SERIOUS: readonly ImpactValue[] = ['serious', 'critical'];

/**
 * Runs axe on what a page shows now, and returns what is serious or worse.
 * It is evaluated by the debugger's protocol, so a strict content security policy stays in force.
 */
export async function findSeriousBarriers(page: Page): Promise<readonly AxeFinding[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  const results = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: (options: object) => Promise<AxeResults> } };
    return axe.run({ resultTypes: ['violations'] });
  });
  return results.violations
    .filter(({ impact }) => SERIOUS.includes(impact ?? null))
    .map(({ id, impact, help, nodes }) => ({
      rule: id,
      impact: impact ?? null,
      help,
      places: nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
    }));
}
