import type { ReactNode } from 'react';
import { Item, type ItemName } from '../art/items';
import { Shelf } from '../art/shelf';
import { Skull } from '../art/skull';
import { SessionProvider } from '../live/session-provider';
import type { Session } from '../server/session';
import { ButtonLink } from '../ui/button-link';
import { Wordmark } from '../ui/mark';
import { SkipLink } from '../ui/skip-link';
import { MemberActions } from './member-actions';

/** What Skelly is, for those who do not know it yet. */
export function Landing({ session }: { readonly session: Session | null }) {
  return (
    <>
      <SkipLink />
      <header className="mx-auto flex h-16 max-w-290 items-center justify-between px-6 max-md:px-4">
        <Wordmark />
        {session ? (
          <SessionProvider key={session.me.user.id} session={session}>
            <MemberActions />
          </SessionProvider>
        ) : (
          <nav aria-label="Account" className="flex items-center gap-2">
            <ButtonLink look="quiet" href="/login">
              Sign in
            </ButtonLink>
            <ButtonLink href="/register" className="max-sm:hidden">
              Create account
            </ButtonLink>
          </nav>
        )}
      </header>
      <main id="content">
        <section className="mx-auto grid max-w-290 items-center gap-10 px-6 pt-10 pb-20 max-md:px-4 max-md:pt-6 max-md:pb-14 lg:grid-cols-[minmax(0,1fr)_minmax(0,460px)]">
          <div>
            <h1 className="max-w-[13ch] font-bold font-title text-display tracking-[-0.025em]">
              Rewards that are there the moment you earn them.
            </h1>
            <p className="mt-5 max-w-[46ch] text-ink-2 text-lead">
              Skelly keeps what you earn with the people you follow, and shows it live: in every tab, on every device,
              without a reload.
            </p>
            <div className="mt-8 flex flex-wrap gap-3">
              {session ? (
                <ButtonLink href="/home" className="h-11 px-5">
                  Go to your home
                </ButtonLink>
              ) : (
                <>
                  <ButtonLink href="/register" className="h-11 px-5">
                    Create your account
                  </ButtonLink>
                  <ButtonLink look="secondary" href="/login" className="h-11 px-5">
                    I have one
                  </ButtonLink>
                </>
              )}
            </div>
          </div>
          <div aria-hidden="true" className="relative max-lg:mx-auto max-lg:w-full max-lg:max-w-115">
            <Shelf className="w-full" />
            <div className="absolute -bottom-11 -left-8 flex w-72 animate-rise items-start gap-3 rounded-lg border border-line bg-paper p-4 shadow-lift max-md:left-3 max-md:w-66">
              <span className="grid size-9 shrink-0 place-items-center rounded-md bg-sunk">
                <Skull className="size-6" />
              </span>
              <span>
                <span className="block font-semibold">Welcome to Skelly</span>
                <span className="block text-ink-2 text-small">Good to have you here.</span>
              </span>
              <span className="mt-2 ml-auto size-2 shrink-0 rounded-full bg-ember" />
            </div>
          </div>
        </section>
        <section aria-labelledby="promises" className="border-line border-t bg-paper">
          <div className="mx-auto max-w-290 px-6 py-16 max-md:px-4 max-md:py-12">
            <h2 id="promises" className="font-semibold font-title text-title tracking-tight">
              Small bones, kept well
            </h2>
            <div className="mt-9 grid gap-x-10 gap-y-9 md:grid-cols-3">
              <Promised item="ash" title="Live, and it says so">
                News is on your screen milliseconds after it happened. One quiet dot tells whether you are connected.
              </Promised>
              <Promised item="lantern" title="The same in every tab">
                Open Skelly twice, or on your phone: both show the same thing at the same time, the bell included.
              </Promised>
              <Promised item="chest" title="Nothing gets lost">
                Train tunnel, closed lid, crashed server: what happened meanwhile is waiting when you are back, once and
                not twice.
              </Promised>
            </div>
          </div>
        </section>
      </main>
      <footer className="border-line border-t">
        <div className="mx-auto flex max-w-290 flex-wrap items-center justify-between gap-4 px-6 py-8 text-ink-2 text-small max-md:px-4">
          <p>Skelly, a live rewards platform</p>
          <p>Open source, MIT</p>
        </div>
      </footer>
    </>
  );
}

function Promised({
  item,
  title,
  children,
}: {
  readonly item: ItemName;
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <div>
      <Item name={item} className="size-14" />
      <h3 className="mt-4 font-semibold text-lead">{title}</h3>
      <p className="mt-1.5 max-w-[42ch] text-ink-2">{children}</p>
    </div>
  );
}
