import { MessageFormatter, pluralTypeHandler, selectTypeHandler } from '@ultraq/icu-message-formatter';
import type { Locale } from '../shared/contracts/basics.ts';
import type en from './en.json';
import { formatNumber } from './format.ts';

/** Every key of `messages/*.json`. */
export type MessageKey = keyof typeof en;

/** The keys of one or more groups: `KeyIn<'entry' | 'field'>`. A group is what stands before the first dot. */
export type KeyIn<Group extends string> = Extract<MessageKey, `${Group}.${string}`>;

/** The messages of a language, or the part of them that a page needs. */
export type Messages<Key extends MessageKey = MessageKey> = Readonly<Record<Key, string>>;

/** The text of a key with its parameters filled in; numbers as the language writes them. */
export type Translate<Key extends MessageKey = MessageKey> = (
  key: Key,
  params?: Readonly<Record<string, string | number>>,
) => string;

/**
 * Translates from the messages given (ICU: parameters, `plural`, `select`; write `{name, plural, …}` with a space
 * after each comma).
 */
export function translator<Key extends MessageKey>(locale: Locale, messages: Messages<Key>): Translate<Key> {
  const formatter = new MessageFormatter(locale, {
    plural: pluralTypeHandler,
    select: selectTypeHandler,
    number: (value: number) => formatNumber(value, locale),
  });
  // Not `format`, which keeps every answer for good.
  return (key, params) =>
    formatter
      .process(messages[key], { ...params })
      .flat(Infinity)
      .join('');
}

/** The messages of some groups only, for a page's script. */
export function messagesIn<Group extends string>(
  messages: Messages,
  groups: readonly Group[],
): Messages<KeyIn<Group>> {
  const isIn = (key: string): boolean => groups.some((group) => key.startsWith(`${group}.`));
  // Given a list, `stringify` keeps the members that it names.
  const part: Messages<KeyIn<Group>> = JSON.parse(
    JSON.stringify(messages, Object.keys(messages).filter(isIn)),
  );
  return part;
}
