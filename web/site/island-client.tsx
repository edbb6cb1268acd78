import { hydrate } from 'preact';
import { type KeyIn, type Messages, translator } from '../../messages/translate.ts';
import type { Locale } from '../../shared/contracts/basics.ts';
import { type Island, islandData, islandRoot } from './island.tsx';

/** Takes over the page's island, if it has one, with the data and messages that the server put beside it. */
export function hydrateIsland<Data, Group extends string>(Component: Island<Data, Group>): void {
  const root = document.getElementById(islandRoot);
  const text = document.getElementById(islandData)?.textContent;
  if (!root || !text) return;
  // Written by the same build's server, which names this very script in the page.
  const props: { locale: Locale; messages: Messages<KeyIn<Group>>; data: Data } = JSON.parse(text);
  const t = translator(props.locale, props.messages);
  hydrate(<Component locale={props.locale} t={t} data={props.data} />, root);
}
