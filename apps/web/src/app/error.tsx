'use client';

import { useEffect } from 'react';
import { BlankPage } from '../ui/blank-page';
import { Broken } from '../ui/broken';

interface ErrorPageProps {
  readonly error: unknown;
  readonly retry: () => void;
}

/** A page that could not be made, most often because the API is away. */
export default function ErrorPage({ error, retry }: ErrorPageProps) {
  useEffect(() => console.error(error), [error]);
  return (
    <BlankPage>
      <Broken retry={retry} />
    </BlankPage>
  );
}
