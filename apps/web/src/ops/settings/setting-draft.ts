import type { OpsSetting } from '@skelly/types/setting';

type Value = OpsSetting['value'];

/** What happened to settings while a form was open, in words. */
export interface News {
  readonly title: string;
  readonly text: string;
}

/** What the open form of a setting goes by. It moves only together with the news that say so, so nobody replaces what they were not told of. */
export interface Draft {
  /** The version that a change is meant for. */
  readonly version: number;
  /** The value that the setting had then. */
  readonly value: Value;
  /** Whether a change was refused because settings are at another version, which has not been read yet. */
  readonly refused: boolean;
  readonly news: News | null;
}

/** What is known of a setting now. */
interface Known {
  readonly version: number;
  readonly setting: Pick<OpsSetting, 'value' | 'env'>;
  /** What the form would save. */
  readonly wanted: Value;
}

/** The draft of a form that opens now. */
export function openDraft({ version, setting }: Pick<Known, 'version' | 'setting'>): Draft {
  return { version, value: setting.value, refused: false, news: null };
}

/** Settings turned out to be at another version: which value this one has is seen when they have been read. */
export function refuseDraft(draft: Draft): Draft {
  return { ...draft, refused: true, news: { title: MEANWHILE, text: 'Nothing was saved.' } };
}

/**
 * Takes in what was read again. Another value of this setting is told, and so is a new version after a refusal; a new version by itself is
 * nobody's concern yet. @returns the same draft when there is nothing to tell
 */
export function followDraft(draft: Draft, { version, setting, wanted }: Known): Draft {
  if (setting.value !== draft.value)
    return { version, value: setting.value, refused: false, news: newsOf(setting, wanted) };
  if (!draft.refused || version === draft.version) return draft;
  const text = 'Nothing was saved, and this one is as it was. Save again to change it.';
  return { ...draft, version, refused: false, news: { title: MEANWHILE, text } };
}

const MEANWHILE = 'Somebody changed settings meanwhile';

function newsOf({ value, env }: Known['setting'], wanted: Value): News {
  // Perhaps by this form itself, when its answer got lost.
  if (value === wanted) return { title: `This is ${value} now`, text: 'As you have it here: nothing is left to save.' };
  const title =
    value === null
      ? `Somebody took this back to what ${env} says meanwhile`
      : `Somebody changed this to ${value} meanwhile`;
  return { title, text: 'What you have here is not saved. Saving it replaces theirs.' };
}
