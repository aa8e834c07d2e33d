'use client';

import { BlankPage } from '../ui/blank-page';
import { Broken } from '../ui/broken';

/** A page that could not be made, most often because the API is away. */
export default function ErrorPage({ retry }: { readonly retry: () => void }) {
  return (
    <BlankPage>
      <Broken retry={retry} />
    </BlankPage>
  );
}
