'use client';

import clsx from 'clsx';
import { Check, Copy, X } from 'lucide';
import { useEffect, useState } from 'react';
import { Icon } from './icon';

/** How long the answer stands, milliseconds. */
const SAID_MS = 1500;

interface CopyTextProps {
  readonly text: string;
  /** What stands on the page instead of the whole text. */
  readonly shown?: string;
  /** Names it for screen readers: "Copy event id". */
  readonly what: string;
  readonly className?: string;
}

/** An id or a payload that a click copies. */
export function CopyText({ text, shown = text, what, className }: CopyTextProps) {
  const [said, setSaid] = useState<'copied' | 'failed' | null>(null);
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => {
    try {
      // A page on plain http has no clipboard at all.
      await navigator.clipboard.writeText(text);
      setSaid('copied');
    } catch {
      setSaid('failed');
    }
  };
  const icon = said === 'copied' ? Check : said === 'failed' ? X : Copy;
  return (
    <button
      type="button"
      title={`Copy ${what}`}
      onClick={copy}
      className={clsx(
        'group inline-flex max-w-full items-center gap-1.5 rounded-sm text-left font-mono text-fine hover:text-ink',
        className,
      )}
    >
      <span className="min-w-0 [overflow-wrap:anywhere]">{shown}</span>
      <Icon
        of={icon}
        className={clsx(
          'size-3.5 shrink-0',
          said === 'copied' && 'text-moss',
          said === 'failed' && 'text-ember-ink',
          said === null && 'text-ink-2 opacity-60 group-hover:opacity-100',
        )}
      />
      <span aria-live="polite" className="sr-only">
        {said === 'copied' ? `Copied ${what}` : said === 'failed' ? 'Not copied: the browser does not allow it' : ''}
      </span>
    </button>
  );
}
