import type { Metadata } from 'next';
import { Item } from '../art/items';
import { BlankPage } from '../ui/blank-page';
import { buttonClass } from '../ui/button';
import { StatePage } from '../ui/state-page';

export const metadata: Metadata = { title: 'Not for you' };

/** Signed in, and still not allowed: answered with status 403. */
export default function Forbidden() {
  return (
    <BlankPage>
      <StatePage
        art={<Item name="key" className="size-24" />}
        title="This door has another key"
        action={
          <a href="/home" className={buttonClass()}>
            Go home
          </a>
        }
      >
        Operations is for support and admins. If you should be one of them, ask an admin to change your role.
      </StatePage>
    </BlankPage>
  );
}
