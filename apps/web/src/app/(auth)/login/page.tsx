import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { Doorway } from '../../../art/doorway';
import { AuthPage } from '../../../auth/auth-page';
import { LoginForm } from '../../../auth/login-form';
import { safeNext, withNext } from '../../../auth/safe-next';
import { hasSession } from '../../../server/session';

export const metadata: Metadata = { title: 'Sign in' };

interface LoginPageProps {
  readonly searchParams: Promise<{ readonly next?: string | string[] }>;
}

/** Coming back. */
export default async function LoginPage({ searchParams }: LoginPageProps) {
  const next = safeNext((await searchParams).next);
  if (await hasSession()) redirect(next);
  return (
    <AuthPage
      title="Welcome back"
      line={
        <>
          New here?{' '}
          <Link href={withNext('/register', next)} className="font-medium text-ink underline underline-offset-4">
            Create an account
          </Link>
        </>
      }
      picture={<Doorway mood="asleep" className="h-[min(560px,80dvh)]" />}
    >
      <LoginForm next={next} />
    </AuthPage>
  );
}
