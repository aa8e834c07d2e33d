'use client';

import clsx from 'clsx';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';

/** How long "Copied" stands, milliseconds. */
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
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      title={`Copy ${what}`}
      onClick={() =>
        navigator.clipboard.writeText(text).then(
          () => setCopied(true),
          () => setCopied(false),
        )
      }
      className={clsx(
        'group inline-flex max-w-full items-center gap-1.5 rounded-sm text-left font-mono text-fine hover:text-ink',
        className,
      )}
    >
      <span className="min-w-0 [overflow-wrap:anywhere]">{shown}</span>
      <Icon
        aria-hidden="true"
        className={clsx('size-3.5 shrink-0', copied ? 'text-moss' : 'text-ink-2 opacity-60 group-hover:opacity-100')}
      />
      <span aria-live="polite" className="sr-only">
        {copied ? `Copied ${what}` : ''}
      </span>
    </button>
  );
}
