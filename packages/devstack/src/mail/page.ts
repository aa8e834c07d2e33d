import { pageStyle } from '../page-style';
import type { Mail, MailSummary } from './message';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
}

const STYLE = `
.bar { display: flex; align-items: baseline; gap: 12px; padding: 20px 0 16px; flex-wrap: wrap; }
.bar h1 { margin: 0; } .bar .count { color: var(--ink-2); } .bar button { margin-left: auto; }
button { font: inherit; color: var(--ink-2); background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 6px 12px; min-height: 36px; cursor: pointer; }
button:hover { color: var(--ink); }
ol { list-style: none; margin: 0; padding: 0; background: var(--paper); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
li + li { border-top: 1px solid var(--line); }
li a { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 2px 16px; padding: 12px 16px; color: inherit; text-decoration: none; }
@media (max-width: 600px) { li a { grid-template-columns: minmax(0, 1fr); } }
li a:hover { background: var(--sunk); } li a:focus-visible { outline-offset: -2px; }
li strong { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
li span { color: var(--ink-2); font-size: 13.5px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
time { color: var(--ink-2); font-size: 13.5px; font-variant-numeric: tabular-nums; }
.empty { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 40px 24px; color: var(--ink-2); text-align: center; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 16px; margin: 0 0 20px; color: var(--ink-2); }
dd { margin: 0; color: var(--ink); overflow-wrap: anywhere; }
iframe { width: 100%; height: 60vh; border: 1px solid var(--line); border-radius: 10px; background: #fff; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 16px; font: 13.5px/20px ui-monospace, monospace; }
h2 { font-size: 15px; margin: 24px 0 8px; } ul { padding-left: 20px; overflow-wrap: anywhere; } details { margin-top: 24px; } summary { cursor: pointer; }`;

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${pageStyle}${STYLE}</style></head>
<body><main>${body}</main><script src="/page.js"></script></body></html>`;
}

/** The page with every mail, newest first. */
export function renderMailList({ items, total }: { items: MailSummary[]; total: number }): string {
  const list = items
    .map(
      (
        mail,
      ) => `<li><a href="/messages/${escapeHtml(mail.id)}"><strong>${escapeHtml(mail.subject)}</strong>${renderTime(mail.receivedAt)}
<span>To ${escapeHtml(mail.to.join(', '))}</span></a></li>`,
    )
    .join('\n');
  const count = total === 1 ? '1 mail' : `${total} mails`;
  return page(
    `Mail (${total})`,
    `<header class="bar"><h1>Mail</h1><span class="count">${count}</span>${total > 0 ? '<button id="clear" type="button">Delete all</button>' : ''}</header>
${total > 0 ? `<ol>${list}</ol>` : '<p class="empty">Mails that Skelly sends on this machine arrive here; none leaves it. Register an account to see the first.</p>'}`,
  );
}

/** The page of one mail: its HTML in a sandboxed frame, its text, its links. */
export function renderMail(mail: Mail): string {
  const links = mail.links
    .map((link) => `<li><a href="${escapeHtml(link)}" target="_blank" rel="noreferrer">${escapeHtml(link)}</a></li>`)
    .join('');
  const headers = mail.headers.map(({ name, value }) => `${name}: ${value}`).join('\n');
  const frame = `<iframe title="The mail as it looks" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/bodies/${escapeHtml(mail.id)}"></iframe>`;
  return page(
    mail.subject,
    `<header class="bar"><h1>${escapeHtml(mail.subject)}</h1></header>
<p><a href="/">All mails</a></p>
<dl><dt>From</dt><dd>${escapeHtml(mail.from)}</dd><dt>To</dt><dd>${escapeHtml(mail.to.join(', '))}</dd><dt>Received</dt><dd>${renderTime(mail.receivedAt)}</dd></dl>
${mail.html === null ? '' : frame}
${mail.text === '' ? '' : `<h2>Text</h2><pre tabindex="0">${escapeHtml(mail.text)}</pre>`}
${links === '' ? '' : `<h2>Links</h2><ul>${links}</ul>`}
<details><summary>Headers</summary><pre tabindex="0">${escapeHtml(headers)}</pre></details>`,
  );
}

function renderTime(iso: string): string {
  return `<time datetime="${escapeHtml(iso)}">${escapeHtml(iso.slice(0, 19).replace('T', ' '))} UTC</time>`;
}
