import type { HandlerStatus, OpsEvent } from '@skelly/types/ops';
import clsx from 'clsx';

const colours: Record<HandlerStatus, string> = {
  waiting: 'bg-line',
  running: 'bg-sky',
  finished: 'bg-moss',
  retrying: 'bg-ember',
  dead: 'bg-ember',
  discarded: 'bg-line',
};

/** How far each handler is, one mark each; whoever cannot see colours reads the words. */
export function HandlerMarks({ handlers }: { readonly handlers: OpsEvent['handlers'] }) {
  if (handlers.length === 0) return <span className="text-fine text-ink-2">log only</span>;
  const finished = handlers.filter(({ status }) => status === 'finished').length;
  const trouble =
    handlers.find(({ status }) => status === 'dead') ?? handlers.find(({ status }) => status === 'retrying');
  return (
    <span
      className="flex items-center gap-2"
      title={handlers.map(({ handler, status }) => `${handler}: ${status}`).join('\n')}
    >
      <span aria-hidden="true" className="flex gap-[3px]">
        {handlers.map(({ handler, status }) => (
          <span
            key={handler}
            className={clsx('h-[5px] w-5 rounded-full transition-colors duration-240', colours[status])}
          />
        ))}
      </span>
      <span className="sr-only">
        {finished} of {handlers.length} finished
      </span>
      {trouble ? <span className="text-ember-ink text-fine">{trouble.status}</span> : null}
    </span>
  );
}
