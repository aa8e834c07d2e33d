import type { BrowserContext, Page } from '@playwright/test';

/** The live connections of a browser, by page. */
export interface LiveSockets {
  /** How many are open now. */
  readonly open: number;
  /** The page that holds the connection. */
  readonly holder: Page | undefined;
}

/** Counts from now on, for pages that are opened after this. */
export function watchSockets(context: BrowserContext): LiveSockets {
  const open = new Map<object, Page>();
  context.on('page', (page) => {
    page.on('websocket', (socket) => {
      if (!socket.url().endsWith('/ws')) return;
      open.set(socket, page);
      socket.on('close', () => open.delete(socket));
    });
    page.on('close', () => {
      for (const [socket, owner] of open) if (owner === page) open.delete(socket);
    });
  });
  return {
    get open() {
      return open.size;
    },
    get holder() {
      return [...open.values()][0];
    },
  };
}
