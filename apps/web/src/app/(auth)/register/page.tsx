import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { Doorway } from '../../../art/doorway';
import { AuthPage } from '../../../auth/auth-page';
import { RegisterForm } from '../../../auth/register-form';
import { safeNext, withNext } from '../../../auth/safe-next';
import { hasSession } from '../../../server/session';

export const metadata: Metadata = { title: 'Create account' };

interface RegisterPageProps {
  readonly searchParams: Promise<{ readonly next?: string | string[] }>;
}

/** Becoming a member. */
export default async function RegisterPage({ searchParams }: RegisterPageProps) {
  const next = safeNext((await searchParams).next);
  if (await hasSession()) redirect(next);
  return (
    <AuthPage
      title="Create your account"
      line={
        <>
          A member already?{' '}
          <Link href={withNext('/login', next)} className="font-medium text-ink underline underline-offset-4">
            Sign in
          </Link>
        </>
      }
      picture={<Doorway mood="awake" className="h-[min(560px,80dvh)]" />}
    >
      <RegisterForm next={next} />
    </AuthPage>
  );
}
