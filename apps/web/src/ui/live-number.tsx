'use client';

import clsx from 'clsx';
import { useEffect, useRef, useState } from 'react';

const COUNT_MS = 300;
const format = new Intl.NumberFormat('en');

/** A figure that counts to its new value in 300 ms and tints for a second; it just changes under reduced motion. */
export function LiveNumber({ value, className }: { readonly value: number; readonly className?: string }) {
  const [shown, setShown] = useState(value);
  const [changes, setChanges] = useState(0);
  const from = useRef(value);
  useEffect(() => {
    const start = from.current;
    if (start === value) return;
    from.current = value;
    setChanges((count) => count + 1);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return setShown(value);
    const began = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      const part = Math.max(0, Math.min(1, (now - began) / COUNT_MS));
      setShown(Math.round(start + (value - start) * (1 - (1 - part) ** 3)));
      if (part < 1) frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [value]);
  return (
    <span key={changes} className={clsx('tabular -mx-1 rounded-sm px-1', changes > 0 && 'animate-tint', className)}>
      {format.format(shown)}
    </span>
  );
}
