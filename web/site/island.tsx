import type { VNode } from 'preact';
import type { KeyIn, Translate } from '../../messages/translate.ts';
import type { Locale } from '../../shared/contracts/basics.ts';

/** The ids by which a page's script finds its root and its data. */
export const islandRoot = 'island';
export const islandData = 'island-data';

export interface IslandProps<Data, Group extends string> {
  readonly locale: Locale;
  readonly t: Translate<KeyIn<Group>>;
  readonly data: Data;
}

/** The part of a page that its script takes over: rendered on the server first, with the same properties. */
export type Island<Data, Group extends string> = (props: IslandProps<Data, Group>) => VNode;
