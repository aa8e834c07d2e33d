'use client';

import { type ComponentProps, useEffect, useState } from 'react';
import { Button } from './button';

/** Longer than between the taps of a double one, milliseconds. */
const LATE_MS = 500;

/**
 * A button that decides something and stands where another was pressed to get there: for a moment it takes nothing, and a key that is
 * held down never presses it, so that nobody decides without having seen what. It can be focused from the beginning, and looks as it
 * will. `data-late` says whether it takes a press.
 */
export function LateButton({ onClick, ...props }: Omit<ComponentProps<typeof Button>, 'type'>) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), LATE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Button
      {...props}
      data-late={isLate}
      onKeyDown={(event) => {
        if (event.repeat && event.key === 'Enter') event.preventDefault();
      }}
      onClick={(event) => {
        if (isLate) onClick?.(event);
      }}
    />
  );
}
