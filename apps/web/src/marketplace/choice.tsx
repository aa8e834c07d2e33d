'use client';

import clsx from 'clsx';

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly names: Readonly<Record<Value, string>>;
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}

/** Some views of the same thing; which one is shown stands in the address. */
export function Choice<Value extends string>({ label, names, chosen, onChoose }: ChoiceProps<Value>) {
  return (
    <fieldset className="flex gap-1.5">
      <legend className="sr-only">{label}</legend>
      {(Object.keys(names) as Value[]).map((value) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === chosen}
          onClick={() => onChoose(value)}
          className={clsx(
            'h-8 whitespace-nowrap rounded-full px-3.5 text-small max-md:h-11',
            value === chosen ? 'bg-ink text-bone' : 'bg-sunk text-ink-2 hover:text-ink',
          )}
        >
          {names[value]}
        </button>
      ))}
    </fieldset>
  );
}
