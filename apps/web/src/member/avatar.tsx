/** The first letters of a name on ink: two of a name with two words. */
export function Avatar({ name }: { readonly name: string }) {
  const [first = '', second = ''] = name.trim().split(/\s+/);
  const letters = `${[...first][0] ?? ''}${[...second][0] ?? ''}`.toUpperCase();
  return (
    <span
      aria-hidden="true"
      // Drawn, not written: a button's name has to contain every letter that is written on it.
      data-letters={letters}
      className="grid size-9 select-none place-items-center rounded-full bg-ink font-semibold text-bone text-small before:content-[attr(data-letters)] max-md:size-11"
    />
  );
}
