/** Forms of one tab survive a reload and the way to the payment page and back, but not for long. */
const keptHours = 2;

/** Raise it when the shape of a draft changes: what an older page kept is then not read. */
const shape = 2;

/** The key of the last request and its exact body: the same body is sent under the same key. */
export interface Attempt {
  readonly key: string;
  readonly body: string;
}

interface Kept<Draft> {
  readonly shape: number;
  readonly savedAt: number;
  readonly draft: Draft;
  readonly attempt?: Attempt | undefined;
}

export type FormName = 'entry' | 'team' | 'donation';
const place = (form: FormName, event: string): string => `startline.${form}.${event}`;

/** What was typed into a form and how it was last sent, if that was in this tab and not long ago. */
export function recall<Draft>(form: FormName, event: string): Kept<Draft> | undefined {
  try {
    const text = sessionStorage.getItem(place(form, event));
    if (text === null) return undefined;
    const kept: Kept<Draft> = JSON.parse(text);
    const isFresh = Date.now() - kept.savedAt < keptHours * 3_600_000;
    return kept.shape === shape && isFresh ? kept : undefined;
  } catch {
    // Storage may be forbidden.
    return undefined;
  }
}

/** Keeps what was typed, where the browser allows it. */
export function remember(form: FormName, event: string, draft: unknown, attempt: Attempt | undefined): void {
  const kept: Kept<unknown> = { shape, savedAt: Date.now(), draft, attempt };
  try {
    sessionStorage.setItem(place(form, event), JSON.stringify(kept));
  } catch {
    // Storage may be full or forbidden: then a reload starts afresh.
  }
}

/** Forgets the forms of an event: they are paid. */
export function forget(event: string): void {
  try {
    sessionStorage.removeItem(place('entry', event));
    sessionStorage.removeItem(place('team', event));
    sessionStorage.removeItem(place('donation', event));
  } catch {
    // Storage may be forbidden: then it holds nothing.
  }
}

/** Forgets the forms of the event whose order this page shows as paid. */
export function forgetPaid(): void {
  const event = document.querySelector<HTMLElement>('[data-paid-event]')?.dataset.paidEvent;
  if (event !== undefined) forget(event);
}
