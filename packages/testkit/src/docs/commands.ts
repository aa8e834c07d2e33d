/** What a program of commands is to this check; commander's `Command` is one. */
export interface CommandTree {
  name(): string;
  readonly commands: readonly CommandTree[];
  readonly options: readonly {
    readonly long?: string | undefined;
    readonly required: boolean;
    readonly optional: boolean;
  }[];
  readonly registeredArguments: readonly unknown[];
}

const CALL = '(?:npm run (?:-s )?skelly --|skelly) ';
const IN_LINE = new RegExp(`\`${CALL}([^\`\n]+)\``, 'g');
const ON_A_LINE = new RegExp(`^(?:[A-Z_]+=\\S+ )*${CALL}(.+)$`, 'gm');
const WORD = /"[^"]*"|\S+/g;

/** The calls of `skelly` that a page tells its reader to make, each as its words; `dlq list|show` are two. */
export function namedCommands(page: string): readonly (readonly string[])[] {
  const calls = [IN_LINE, ON_A_LINE].flatMap((pattern) => [...page.matchAll(pattern)].map(([, call = '']) => call));
  return calls.flatMap((call) => eachOf((call.split(/ [#|>] ?/, 1)[0] as string).match(WORD) ?? []));
}

function eachOf(words: readonly string[]): readonly (readonly string[])[] {
  const at = words.findIndex((word) => /^[a-z]+(\|[a-z]+)+$/.test(word));
  if (at < 0) return [words];
  return (words[at] as string).split('|').flatMap((one) => eachOf(words.with(at, one)));
}

/**
 * Why a call cannot be made: a command or an option that there is not.
 *
 * @param defaults commands that run where none is named, by the name of the one above, as commander keeps them to itself.
 */
export function findCommandProblem(
  program: CommandTree,
  words: readonly string[],
  defaults: Readonly<Record<string, string>> = {},
): string | undefined {
  let at = program;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] as string;
    const named = at.commands.find((command) => command.name() === word);
    const fallback = at.commands.find((command) => command.name() === defaults[at.name()]);
    at = named ?? (word === '--help' ? at : fallback) ?? at;
    if (named || word === '--help') continue;
    if (!word.startsWith('--')) {
      if (at.registeredArguments.length === 0) return `${at.name()} has no command ${word}`;
      continue;
    }
    const [flag, value] = word.split('=', 2);
    const option = at.options.find(({ long }) => long === flag);
    if (!option) return `${at.name()} has no ${flag}`;
    if (value === undefined && (option.required || option.optional)) index += 1;
  }
  return undefined;
}
