import type { Mail } from './mailer';

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The words of the welcome mail. @param link where the address is confirmed. */
export function welcomeMail(member: {
  displayName: string;
  link: string;
  days: number;
}): Pick<Mail, 'subject' | 'text' | 'html'> {
  const { displayName, link, days } = member;
  const invitation = 'confirm your address and your account is complete';
  const expiry = `The link works once, for ${days} days. If you did not ask for an account, leave it be: nothing happens.`;
  return {
    subject: 'Welcome to Skelly: confirm your address',
    text: `Hello ${displayName},\n\n${invitation}:\n\n${link}\n\n${expiry}\n\nSkelly\n`,
    html: `<!doctype html>
<html lang="en">
  <body style="margin:0;padding:32px 16px;background:#f6f3ea;color:#1b1912;font:15px/22px -apple-system,'Segoe UI',sans-serif">
    <div style="max-width:480px;margin:0 auto;padding:32px;background:#fffdf7;border:1px solid #ddd6c4;border-radius:16px">
      <h1 style="margin:0 0 16px;font-size:26px;line-height:32px">Welcome, ${escapeHtml(displayName)}</h1>
      <p style="margin:0 0 24px">One step is left: ${invitation}.</p>
      <p style="margin:0 0 24px"><a href="${escapeHtml(link)}" style="display:inline-block;padding:12px 20px;border-radius:10px;background:#1b1912;color:#fffdf7;text-decoration:none">Confirm my address</a></p>
      <p style="margin:0;color:#5d5747;font-size:13.5px">${expiry}</p>
    </div>
  </body>
</html>
`,
  };
}
