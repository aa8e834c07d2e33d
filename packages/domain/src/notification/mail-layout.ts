/** A mail before it has a reader. */
export interface MailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

interface MailParts {
  readonly subject: string;
  readonly greeting: string;
  readonly heading: string;
  readonly text: string;
  readonly action: { readonly label: string; readonly link: string };
  readonly small: string;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The one look of our mails, in plain text and in HTML. Parts are plain text: whatever they hold is shown, never run. */
export function layoutMail({ subject, greeting, heading, text, action, small }: MailParts): MailText {
  return {
    subject,
    text: `${greeting},\n\n${text}\n\n${action.label}:\n${action.link}\n\n${small}\n\nSkelly\n`,
    html: `<!doctype html>
<html lang="en">
  <body style="margin:0;padding:32px 16px;background:#f6f3ea;color:#1b1912;font:15px/22px -apple-system,'Segoe UI',sans-serif">
    <div style="max-width:480px;margin:0 auto;padding:32px;background:#fffdf7;border:1px solid #ddd6c4;border-radius:16px">
      <h1 style="margin:0 0 16px;font-size:26px;line-height:32px">${escapeHtml(heading)}</h1>
      <p style="margin:0 0 24px">${escapeHtml(text)}</p>
      <p style="margin:0 0 24px"><a href="${escapeHtml(action.link)}" style="display:inline-block;padding:12px 20px;border-radius:10px;background:#1b1912;color:#fffdf7;text-decoration:none">${escapeHtml(action.label)}</a></p>
      <p style="margin:0;color:#5d5747;font-size:13.5px">${escapeHtml(small)}</p>
    </div>
  </body>
</html>
`,
  };
}
