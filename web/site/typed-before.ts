type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** A field that no longer has the value it was sent with, and how to give that back to it. */
interface Typed {
  readonly field: Field;
  readonly restore: () => unknown;
}

/**
 * What a visitor has typed and chosen on a page whose script is not there yet: on a slow line the fields can be filled
 * in long before. (A browser that fills fields in by itself counts as a visitor.)
 */
export function typedBefore(root: Element): readonly Typed[] {
  return [...root.querySelectorAll<Field>('input, select, textarea')].flatMap((field): Typed[] => {
    if (field instanceof HTMLInputElement && isChoice(field)) {
      const { checked } = field;
      // Of a group of radio buttons, the one that was chosen stands for all.
      if (checked === field.defaultChecked || (field.type === 'radio' && !checked)) return [];
      return [{ field, restore: () => Object.assign(field, { checked }) }];
    }
    const { value } = field;
    return value === sentValue(field) ? [] : [{ field, restore: () => Object.assign(field, { value }) }];
  });
}

function sentValue(field: Field): string | undefined {
  if (!(field instanceof HTMLSelectElement)) return field.defaultValue;
  const options = [...field.options];
  return (options.find(({ defaultSelected }) => defaultSelected) ?? options[0])?.value;
}

/** Gives fields what was typed, as if it were typed now: one after the other, as a choice may depend on one before. */
export async function retype(typed: readonly Typed[]): Promise<void> {
  for (const { field, restore } of typed) {
    for (const type of ['input', 'change'] as const) {
      // What the event before it changed is rendered by then, and the visitor has had no time for another key.
      await Promise.resolve();
      if (type === 'input') restore();
      // A text that still has the focus is not done with.
      else if (field === document.activeElement && !isChoice(field)) continue;
      field.dispatchEvent(new Event(type, { bubbles: true }));
    }
  }
}

const isChoice = (field: Field): boolean =>
  field instanceof HTMLSelectElement || field.type === 'checkbox' || field.type === 'radio';
