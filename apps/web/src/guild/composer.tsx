'use client';

import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { Button } from '../ui/button';
import { NOTE_LENGTH } from './note-length';

/** Characters that are left when it becomes worth saying. */
const NEARLY_FULL = 100;

interface ComposerProps {
  readonly onPost: (body: string) => void;
  /** At every key; nothing is left to say when the box is empty again. */
  readonly onTyping: () => void;
  readonly onRest: () => void;
  /** Who else is typing, in words. */
  readonly typing: string;
}

/** Where a note is written. The line below is kept free for who is typing, so nothing moves. */
export function Composer({ onPost, onTyping, onRest, typing }: ComposerProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const [isReady, setReady] = useState(false);
  const [left, setLeft] = useState(NOTE_LENGTH);
  useEffect(() => setReady(true), []);

  const post = (event: FormEvent) => {
    event.preventDefault();
    const body = box.current?.value.trim() ?? '';
    if (!box.current || body === '') return box.current?.focus();
    onPost(body);
    onRest();
    box.current.value = '';
    setLeft(NOTE_LENGTH);
    box.current.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // With a finger there is a button to post, and enter is the only way to a new line.
    const isPlainEnter = event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing;
    if (isPlainEnter && !matchMedia('(pointer: coarse)').matches) post(event);
  };
  const onInput = () => {
    const value = box.current?.value ?? '';
    setLeft(NOTE_LENGTH - value.length);
    if (value.trim() === '') onRest();
    else onTyping();
  };
  return (
    <form method="post" data-ready={isReady} onSubmit={post} className="px-5 pt-1 pb-2">
      <label htmlFor="note" className="sr-only">
        Write a note
      </label>
      <div className="flex items-end gap-3">
        <textarea
          ref={box}
          id="note"
          name="body"
          rows={1}
          maxLength={NOTE_LENGTH}
          placeholder="Write a note"
          aria-describedby="note-line"
          onKeyDown={onKeyDown}
          onInput={onInput}
          onBlur={onRest}
          className="field-sizing-content max-h-44 min-h-11 min-w-0 flex-1 resize-none rounded-md border border-line bg-paper px-3.5 py-2.5 outline-offset-0 transition-[border-color] placeholder:text-ink-2 hover:border-ink-3/60"
        />
        <Button type="submit" className="h-11">
          Post
        </Button>
      </div>
      <div id="note-line" className="mt-1.5 flex min-h-[18px] justify-between gap-4 text-fine text-ink-2">
        <span data-typing={typing !== ''} className="min-w-0 truncate">
          {typing || <span className="max-md:hidden">Enter posts, Shift and Enter begin a new line</span>}
        </span>
        {left <= NEARLY_FULL ? <span className="tabular shrink-0">{left} left</span> : null}
      </div>
    </form>
  );
}
