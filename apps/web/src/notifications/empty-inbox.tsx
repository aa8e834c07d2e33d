import { Skull } from '../art/skull';

/** The inbox before anything happened. */
export function EmptyInbox() {
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      <Skull mood="asleep" className="size-14" />
      <p className="mt-4 font-medium">Nothing yet</p>
      <p className="mt-1 max-w-70 text-ink-2 text-small">
        What happens to you shows up here the moment it happens. No need to reload.
      </p>
    </div>
  );
}
