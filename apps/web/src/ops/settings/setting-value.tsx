import type { OpsSetting } from '@skelly/types/setting';
import clsx from 'clsx';
import { RelativeTime } from '../../ui/relative-time';

/** Which value a setting has, and whose it is; unset, where processes have theirs from, which may differ between them. */
export function SettingValue({ setting }: { readonly setting: OpsSetting }) {
  const { value, valid, unit, env, changedAt, changedBy, default: byDefault } = setting;
  const counted = unit ? ` ${unit}` : '';
  if (value === null) {
    return (
      <p className="min-w-0 break-words text-ink-2 text-small md:col-span-2">
        as <span className="font-mono text-fine">{env}</span> {`says (${byDefault}${counted} unless it is set)`}
      </p>
    );
  }
  return (
    <>
      <p className="min-w-0 break-words text-small">
        <span className={clsx('font-semibold tabular-nums', !valid && 'text-ember-ink')}>{`${value}`}</span>
        <span className="text-ink-2">{counted}</span>
        {valid ? null : <span className="block text-ember-ink text-fine">Not allowed: processes refuse it</span>}
      </p>
      <p className="min-w-0 break-words text-ink-2 text-fine">
        {changedAt ? <RelativeTime at={changedAt} /> : null}
        <span className="block break-all font-mono">{changedBy}</span>
      </p>
    </>
  );
}
