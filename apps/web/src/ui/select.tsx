'use client';

import { ChevronDown } from 'lucide';
import { Icon } from './icon';

interface SelectProps<Choice extends string> {
  /** For screen readers; the chosen name says it for everybody else. */
  readonly label: string;
  readonly choices: readonly { readonly value: Choice; readonly name: string }[];
  readonly chosen: Choice;
  readonly onChoose: (choice: Choice) => void;
}

/** One of several, in a list that opens. It is the browser's own, so a phone shows its wheel. */
export function Select<Choice extends string>({ label, choices, chosen, onChoose }: SelectProps<Choice>) {
  return (
    <span className="relative inline-flex">
      <select
        aria-label={label}
        value={chosen}
        onChange={(event) => onChoose(event.target.value as Choice)}
        className="field-sizing-content h-8 cursor-pointer appearance-none rounded-full bg-sunk pr-8 pl-3.5 text-ink-2 text-small hover:text-ink max-md:h-11 max-md:rounded-md"
      >
        {choices.map(({ value, name }) => (
          <option key={value} value={value} className="bg-paper text-ink">
            {name}
          </option>
        ))}
      </select>
      <Icon
        of={ChevronDown}
        className="-translate-y-1/2 pointer-events-none absolute top-1/2 right-2.5 size-4 text-ink-2"
      />
    </span>
  );
}
