import type { Metadata } from 'next';
import { VerifyEmail } from '../../auth/verify-email';
import { findSession } from '../../server/session';
import { BlankPage } from '../../ui/blank-page';

export const metadata: Metadata = { title: 'Confirm your email' };

interface VerifyEmailPageProps {
  readonly searchParams: Promise<{ readonly token?: string | string[] }>;
}

/** Where the link in the mail leads. The browser posts the token, so that a mail scanner that follows links uses none up. */
export default async function VerifyEmailPage({ searchParams }: VerifyEmailPageProps) {
  const { token } = await searchParams;
  const session = await findSession().catch(() => null);
  return (
    <BlankPage>
      <VerifyEmail
        token={typeof token === 'string' && token !== '' ? token : null}
        signedIn={session !== null}
        confirmedBefore={session?.me.user.emailVerified ?? false}
      />
    </BlankPage>
  );
}
