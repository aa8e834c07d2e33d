import type { Metadata } from 'next';
import { Skull } from '../art/skull';
import { BlankPage } from '../ui/blank-page';
import { buttonClass } from '../ui/button';
import { StatePage } from '../ui/state-page';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <BlankPage>
      <StatePage
        art={<Skull mood="puzzled" className="size-24" />}
        title="There is nothing here"
        action={
          <a href="/" className={buttonClass()}>
            To the front page
          </a>
        }
      >
        The page moved, or the address has a slip in it.
      </StatePage>
    </BlankPage>
  );
}
