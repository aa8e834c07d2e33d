'use client';

import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import type { News } from './setting-draft';
import { type SettingFormOptions, useSettingForm } from './use-setting-form';

/** Sets one setting, or takes it back to the environment's. What is refused, and what others do meanwhile, is said at the place of the action. */
export function SettingForm(options: SettingFormOptions) {
  const { key, value, allowed, env, default: byDefault } = options.setting;
  const { text, setText, reason, setReason, problem, news, pending, submit, unset } = useSettingForm(options);
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => event.key === 'Escape' && options.onDone()}
      aria-label={`Change ${key}`}
      className="grid grid-cols-[minmax(0,1fr)_minmax(0,2fr)_auto] items-start gap-x-4 bg-sunk/50 px-5.5 pt-4 pb-2 max-md:grid-cols-1 max-md:px-4"
    >
      <Field
        label="Value"
        name="value"
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={`${byDefault}`}
        hint={allowed}
        error={problem}
        autoComplete="off"
        spellCheck={false}
        autoFocus
      />
      <Field
        label="Reason"
        name="reason"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        hint="Kept with the change"
        maxLength={2_000}
        autoComplete="off"
      />
      <div className="flex flex-wrap gap-2 pt-7 max-md:pt-0 max-md:pb-2">
        <Button type="submit" pending={pending}>
          Save
        </Button>
        {value === null ? null : (
          <Button look="secondary" pending={pending} title={env} onClick={unset}>
            As the environment says
          </Button>
        )}
        <Button look="quiet" onClick={options.onDone}>
          Cancel
        </Button>
      </div>
      <Meanwhile news={news} />
    </form>
  );
}

/** What others did while the form was open; below it, so that nothing moves under the pointer, and announced when it comes. */
function Meanwhile({ news }: { readonly news: News | null }) {
  return (
    <div role="status" className="col-span-full">
      {news ? (
        <Notice tone="info" title={news.title} className="mt-1 mb-2">
          <p>{news.text}</p>
        </Notice>
      ) : null}
    </div>
  );
}
