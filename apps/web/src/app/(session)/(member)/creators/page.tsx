import type { CreatorsResponse } from '@skelly/types/marketplace';
import type { Metadata } from 'next';
import { Creators } from '../../../../marketplace/creators';
import { cleanSearch, creatorsPath } from '../../../../marketplace/paths';
import { needApi } from '../../../../server/api';
import { requireSession } from '../../../../server/session';

export const metadata: Metadata = { title: 'Creators' };

interface CreatorsPageProps {
  readonly searchParams: Promise<{ readonly q?: string | string[] }>;
}

/** Who performs. */
export default async function CreatorsPage({ searchParams }: CreatorsPageProps) {
  await requireSession();
  const q = cleanSearch((await searchParams).q);
  return <Creators read={await needApi<CreatorsResponse>(creatorsPath(q))} readFor={q} />;
}
