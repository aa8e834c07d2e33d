'use client';

import { type RefObject, useEffect } from 'react';

/** Tells whether the lines of a list are to stay where they are: a mouse is over them, or their beginning is out of sight. */
export function useHold(list: RefObject<HTMLElement | null>, hold: (held: boolean) => void): void {
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    let isOver = false;
    let isBelow = false;
    const tell = () => hold(isOver || isBelow);
    const onEnter = ({ pointerType }: PointerEvent) => {
      isOver = pointerType === 'mouse';
      tell();
    };
    const onLeave = () => {
      isOver = false;
      tell();
    };
    const onScroll = () => {
      const was = isBelow;
      isBelow = element.getBoundingClientRect().top < 0;
      if (was !== isBelow) tell();
    };
    element.addEventListener('pointerenter', onEnter);
    element.addEventListener('pointerleave', onLeave);
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      element.removeEventListener('pointerenter', onEnter);
      element.removeEventListener('pointerleave', onLeave);
      window.removeEventListener('scroll', onScroll);
    };
  }, [list, hold]);
}
