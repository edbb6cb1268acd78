/** A value of a form-encoded request: a text, or fields by name (lists are fields named 0, 1, 2 …). */
type FormValue = string | FormFields;
export type FormFields = { [name: string]: FormValue };

const emptyFields = (): FormFields => Object.create(null);

function place(fields: FormFields, path: readonly string[], value: string): void {
  let at = fields;
  for (const [depth, segment] of path.entries()) {
    const name = segment === '' ? String(Object.keys(at).length) : segment;
    if (depth === path.length - 1) {
      at[name] = value;
      return;
    }
    const next = at[name];
    if (typeof next === 'object') {
      at = next;
    } else {
      const made = emptyFields();
      at[name] = made;
      at = made;
    }
  }
}

/** Decodes the bracketed form encoding of Stripe's API, e.g. `line_items[0][quantity]=1&expand[]=charge`. */
export function decodeForm(encoded: string): FormFields {
  const fields = emptyFields();
  for (const [key, value] of new URLSearchParams(encoded)) {
    const bracket = key.indexOf('[');
    if (bracket <= 0 || !key.endsWith(']')) {
      fields[key] = value;
      continue;
    }
    place(fields, [key.slice(0, bracket), ...key.slice(bracket + 1, -1).split('][')], value);
  }
  return fields;
}
