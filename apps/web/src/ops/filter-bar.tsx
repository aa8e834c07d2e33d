'use client';

import clsx from 'clsx';
import { Search } from 'lucide';
import { type Ref, useEffect, useRef, useState } from 'react';
import { Icon } from '../ui/icon';
import { cleanType } from './filter';

/** Typing settles this long before the address and the list follow, milliseconds. */
const SETTLE_MS = 250;

const modules = ['user:', 'notification:'];

interface FilterBarProps {
  readonly type: string;
  readonly onType: (type: string) => void;
  readonly ref: Ref<HTMLInputElement>;
}

/** Which events are listed: those whose type begins with what is written here. */
export function FilterBar({ type, onType, ref }: FilterBarProps) {
  const [text, setText] = useState(type);
  const told = useRef(type);
  useEffect(() => {
    if (type === told.current) return;
    told.current = type;
    setText(type);
  }, [type]);
  useEffect(() => {
    const wanted = cleanType(text);
    if (wanted === told.current) return;
    const timer = setTimeout(() => {
      told.current = wanted;
      onType(wanted);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text, onType]);
  return (
    <search className="flex items-center gap-2 border-line border-b px-5.5 py-2.5 max-md:px-4">
      <label className="relative min-w-0 flex-1">
        <span className="sr-only">Type begins with</span>
        <Icon of={Search} className="-translate-y-1/2 absolute top-1/2 left-3 size-4 text-ink-2" />
        <input
          ref={ref}
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="Type begins with, such as user:"
          spellCheck={false}
          autoCapitalize="none"
          maxLength={100}
          className="h-9 w-full rounded-md border border-line bg-sunk/60 pr-10 pl-9 text-small placeholder:text-ink-2 max-md:h-11"
        />
        <span
          aria-hidden="true"
          className="-translate-y-1/2 absolute top-1/2 right-3 rounded-sm border border-line px-1.5 font-mono text-fine text-ink-2 max-md:hidden"
        >
          /
        </span>
      </label>
      {modules.map((module) => (
        <button
          key={module}
          type="button"
          aria-pressed={type === module}
          onClick={() => onType(type === module ? '' : module)}
          className={clsx(
            'h-7 rounded-full px-3 text-small max-md:h-11 max-md:rounded-md max-sm:hidden',
            type === module ? 'bg-sky-soft text-sky' : 'bg-sunk text-ink-2 hover:text-ink',
          )}
        >
          {module}
        </button>
      ))}
    </search>
  );
}
