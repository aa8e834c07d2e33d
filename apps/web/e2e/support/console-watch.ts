import type { Page } from '@playwright/test';

/** What a browser says by itself about an answer or a socket that failed, and React about a page that the server could not make; expected where a test breaks something. */
const FAILED_LOAD =
  /^Failed to load resource|^WebSocket connection to|ERR_INTERNET_DISCONNECTED|Failed to fetch|Minified React error #441/;

/** What a page complained about. */
export interface ConsoleWatch {
  /** Complaints since the last call. `broken`: the test has broken something on purpose, so failed loads do not count. */
  take(options: { readonly broken: boolean }): readonly string[];
}

/** Listens to a page's console, its uncaught errors and its violations of the content security policy. */
export function watchConsole(page: Page): ConsoleWatch {
  const said: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      said.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => said.push(`uncaught: ${error.stack ?? error.message}`));
  return {
    take({ broken }) {
      return said.splice(0).filter((text) => !(broken && FAILED_LOAD.test(text)));
    },
  };
}
