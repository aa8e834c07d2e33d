'use client';

import clsx from 'clsx';

interface ChoiceTabsProps<Choice extends string> {
  /** What is chosen between. */
  readonly label: string;
  readonly choices: readonly { readonly value: Choice; readonly name: string }[];
  readonly chosen: Choice;
  readonly onChoose: (choice: Choice) => void;
  readonly className?: string;
}

/** One of a few, all of them in sight. */
export function ChoiceTabs<Choice extends string>(props: ChoiceTabsProps<Choice>) {
  const { label, choices, chosen, onChoose, className } = props;
  return (
    <fieldset className={clsx('flex flex-wrap gap-1.5 max-sm:gap-1', className)}>
      <legend className="sr-only">{label}</legend>
      {choices.map(({ value, name }) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === chosen}
          onClick={() => onChoose(value)}
          className={clsx(
            'h-8 rounded-full px-3.5 text-small max-md:h-11 max-md:rounded-md max-sm:px-2.5',
            value === chosen ? 'bg-ink text-bone' : 'bg-sunk text-ink-2 hover:text-ink',
          )}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
