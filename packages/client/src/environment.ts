/** What the stream takes from its surroundings; a browser's by default, and a test's own. */
export interface Timers {
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

export const systemTimers: Timers = {
  setTimeout: (run, ms) => globalThis.setTimeout(run, ms),
  clearTimeout: (timer) => globalThis.clearTimeout(timer as ReturnType<typeof setTimeout>),
};

/** What a browser says about itself. */
export interface BrowserSignals {
  readonly isOffline: boolean;
  /** Whether somebody may be looking at the page. */
  readonly isVisible: boolean;
  /** Calls once, with the next frame that is painted; a hidden page paints none until it is visible. */
  nextPaint(run: () => void): void;
  /** Listens; returns the way out. */
  listen(handlers: { onOnline(): void; onOffline(): void; onVisible(): void }): () => void;
}

/** The part of a browser's globals that is used here, each absent elsewhere; so the SDK compiles with and without a DOM library. */
interface Page {
  readonly document?: EventTarget & { readonly visibilityState: string };
  readonly navigator?: { readonly onLine?: boolean; sendBeacon?(url: string, body: string): boolean };
  readonly location?: { readonly href: string };
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
  requestAnimationFrame?(run: () => void): number;
  reportError?(error: unknown): void;
}

const page = globalThis as unknown as Page;

/** The signals of the page that runs this; outside a browser there are none. */
export function pageSignals(): BrowserSignals {
  return {
    get isOffline() {
      return page.document !== undefined && page.navigator?.onLine === false;
    },
    get isVisible() {
      return page.document?.visibilityState === 'visible';
    },
    nextPaint: (run) => void page.requestAnimationFrame?.(run),
    listen({ onOnline, onOffline, onVisible }) {
      const { document } = page;
      if (!document) return () => undefined;
      const visibility = () => {
        if (document.visibilityState === 'visible') onVisible();
      };
      page.addEventListener('online', onOnline);
      page.addEventListener('offline', onOffline);
      page.addEventListener('pageshow', visibility);
      document.addEventListener('visibilitychange', visibility);
      return () => {
        page.removeEventListener('online', onOnline);
        page.removeEventListener('offline', onOffline);
        page.removeEventListener('pageshow', visibility);
        document.removeEventListener('visibilitychange', visibility);
      };
    },
  };
}

/** The WebSocket URL of a path on this page's origin, or of an absolute `http(s)` or `ws(s)` URL. */
export function socketUrl(url: string): string {
  const absolute = new URL(url, page.location?.href);
  absolute.protocol = absolute.protocol.replace(/^http/, 'ws');
  return absolute.href;
}

/** As an uncaught error of the page; where there is no page, nobody is told. */
export function reportGlobally(error: unknown): void {
  page.reportError?.(error);
}

/** Calls the listener when the page is hidden or left: it may never run again. Outside a browser it never does. @returns the way out */
export function onPageEnd(listener: () => void): () => void {
  const { document } = page;
  if (!document) return () => undefined;
  const hidden = () => {
    if (document.visibilityState === 'hidden') listener();
  };
  page.addEventListener('pagehide', listener);
  document.addEventListener('visibilitychange', hidden);
  return () => {
    page.removeEventListener('pagehide', listener);
    document.removeEventListener('visibilitychange', hidden);
  };
}

/** Has the browser send a text when it can, also after the page has ended. False when it does not take it. */
export function sendBeaconOfPage(url: string, body: string): boolean {
  return page.navigator?.sendBeacon?.(url, body) ?? false;
}
