import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Mailbox } from './mailbox';
import { renderMail, renderMailList } from './page';

/** Reading the mails: a page for people, JSON for tests, and a stream that says when one came. */
export interface MailWeb {
  port: number;
  /** Tells every open page that a mail came. */
  announceMail(): void;
  close(): Promise<void>;
}

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src data:; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
};
// A mail's own HTML runs in a sandboxed frame: it may look as it likes, reach nothing, and open links in a new tab.
const BODY_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: http: https:; sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'",
};
const SCRIPT = `if (location.pathname === '/') new EventSource('/changes').addEventListener('mail', () => location.reload());
document.querySelector('#clear')?.addEventListener('click', async () => {
  if (!confirm('Delete every mail?')) return;
  await fetch('/api/messages', { method: 'DELETE' });
  location.assign('/');
});`;
const HIGHEST_LIMIT = 2_000;

/** Serves the mailbox on 127.0.0.1. Requests under another host name are refused, so that no foreign page can read mails by DNS rebinding. */
export async function listenMailWeb(options: { port: number; mailbox: Mailbox }): Promise<MailWeb> {
  const { mailbox } = options;
  const watchers = new Set<ServerResponse>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const id = url.pathname.split('/').at(-1) ?? '';
    const route = `${request.method} ${url.pathname}`;
    if (!isLocalHost(request.headers.host)) return problem(response, 403, 'Only localhost is served');

    if (route === 'GET /') return send(response, 200, PAGE_HEADERS, renderMailList(mailbox.list({ limit: 200 })));
    if (route === 'GET /page.js')
      return send(response, 200, { 'content-type': 'text/javascript; charset=utf-8' }, SCRIPT);
    if (route === 'GET /health/live') return json(response, { status: 'ok' });
    if (route === 'GET /health/ready') return json(response, { status: 'ready' });
    if (route === 'GET /changes') return watch(response);
    if (route === 'GET /api/messages') return json(response, mailbox.list(readFilter(url)));
    if (route === 'DELETE /api/messages') {
      if (isForeignOrigin(request)) return problem(response, 403, 'Not from another site');
      mailbox.clear();
      return send(response, 204, {}, '');
    }
    if (/^GET \/(api\/messages|messages|bodies)\/[\w-]+$/.test(route)) {
      const mail = await mailbox.get(id);
      if (!mail) return problem(response, 404, 'There is no such mail');
      if (route.startsWith('GET /api/')) return json(response, mail);
      if (route.startsWith('GET /bodies/'))
        return send(response, 200, BODY_HEADERS, `<base target="_blank">${mail.html ?? ''}`);
      return send(response, 200, PAGE_HEADERS, renderMail(mail));
    }
    return problem(response, 404, 'There is no such page');
  };

  const watch = (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': watching\n\n');
    watchers.add(response);
    response.on('close', () => watchers.delete(response));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      console.error(`mail page: ${error.stack}`);
      if (response.headersSent) response.destroy();
      else problem(response, 500, 'The mail could not be read');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: address && typeof address === 'object' ? address.port : options.port,
    announceMail() {
      for (const watcher of watchers) watcher.write('event: mail\ndata: {}\n\n');
    },
    close: () => closeNow(server),
  };
}

function readFilter(url: URL): { to?: string; limit: number } {
  const limit = Number(url.searchParams.get('limit') ?? 100);
  const to = url.searchParams.get('to');
  return { limit: Number.isInteger(limit) && limit > 0 ? Math.min(limit, HIGHEST_LIMIT) : 100, ...(to ? { to } : {}) };
}

function isLocalHost(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host ?? '');
}

function isForeignOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  return origin !== undefined && origin !== `http://${host}`;
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, body: string): void {
  response.writeHead(status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...headers,
  });
  response.end(body);
}

function json(response: ServerResponse, body: unknown): void {
  send(response, 200, { 'content-type': 'application/json; charset=utf-8' }, JSON.stringify(body));
}

function problem(response: ServerResponse, status: number, title: string): void {
  send(
    response,
    status,
    { 'content-type': 'application/problem+json' },
    JSON.stringify({ type: 'about:blank', title, status }),
  );
}

function closeNow(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
