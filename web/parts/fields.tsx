import { type ComponentChildren, createElement } from 'preact';

/** What every field shows: the error under it is named by `aria-describedby`, as is the hint. */
export interface FieldProps {
  /** The path of the value in the request, such as `entries.0.runner.email`; the element's id as well. */
  readonly name: string;
  readonly label: ComponentChildren;
  readonly hint?: ComponentChildren;
  readonly error?: string | undefined;
}

function described({ name, hint, error }: FieldProps) {
  const ids = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ');
  return { ...(ids && { 'aria-describedby': ids }), ...(error && { 'aria-invalid': true as const }) };
}

function Around(props: FieldProps & { children: ComponentChildren }) {
  return (
    <div class="field">
      {props.children}
      {props.hint && (
        <p class="hint" id={`${props.name}-hint`}>
          {props.hint}
        </p>
      )}
      <FieldError name={props.name} error={props.error} />
    </div>
  );
}

/** The error of a field, under it. */
export function FieldError({ name, error }: { name: string; error?: string | undefined }) {
  if (!error) return null;
  return (
    <p class="field-error" id={`${name}-error`}>
      {error}
    </p>
  );
}

export interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** What was typed is done with: the field is left, or Enter was pressed. */
  readonly onCommit?: () => void;
  readonly type?: 'text' | 'email' | 'tel' | 'date';
  readonly autocomplete?: string;
  readonly inputMode?: 'decimal';
  readonly required?: boolean;
  readonly longest?: number;
  readonly min?: string;
  readonly max?: string;
}

/** A line of text. Written without JSX, whose types know an input's `type` only as a literal. */
export function TextField(props: TextFieldProps) {
  return (
    <Around {...props}>
      <label for={props.name}>{props.label}</label>
      {createElement('input', {
        id: props.name,
        name: props.name,
        type: props.type ?? 'text',
        value: props.value,
        autocomplete: props.autocomplete,
        inputMode: props.inputMode,
        required: props.required,
        maxLength: props.longest,
        min: props.min,
        max: props.max,
        onInput: (event) => props.onValue(event.currentTarget.value),
        onChange: props.onCommit,
        ...described(props),
      })}
    </Around>
  );
}

export interface SelectFieldProps extends FieldProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly options: readonly (readonly [value: string, label: string])[];
  /** Shown first while nothing is chosen. */
  readonly empty?: string;
  readonly autocomplete?: string;
}

/** One of many. */
export function SelectField(props: SelectFieldProps) {
  return (
    <Around {...props}>
      <label for={props.name}>{props.label}</label>
      <select
        id={props.name}
        name={props.name}
        value={props.value}
        autocomplete={props.autocomplete}
        required
        onChange={(event) => props.onValue(event.currentTarget.value)}
        {...described(props)}
      >
        {props.empty !== undefined && (
          <option value="" selected={props.value === ''}>
            {props.empty}
          </option>
        )}
        {props.options.map(([value, label]) => (
          <option key={value} value={value} selected={value === props.value}>
            {label}
          </option>
        ))}
      </select>
    </Around>
  );
}

export interface CheckFieldProps extends FieldProps {
  readonly checked: boolean;
  readonly onChecked: (checked: boolean) => void;
  readonly required?: boolean;
}

/** A yes or no, with its words beside it. */
export function CheckField(props: CheckFieldProps) {
  return (
    <Around {...props}>
      <label class="choice" for={props.name}>
        <input
          id={props.name}
          name={props.name}
          type="checkbox"
          checked={props.checked}
          required={props.required}
          onChange={(event) => props.onChecked(event.currentTarget.checked)}
          {...described(props)}
        />
        <span>{props.label}</span>
      </label>
    </Around>
  );
}

export interface ChoiceFieldProps extends FieldProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly options: readonly { readonly value: string; readonly label: string; readonly note?: string }[];
  /** How the options are laid out. */
  readonly look: 'cards' | 'pills';
}

/** One of a few: a group of radio buttons. The group's id is the field's name, so that an error can lead to it. */
export function ChoiceField(props: ChoiceFieldProps) {
  return (
    <fieldset class={`field choices ${props.look}`} {...described(props)}>
      <legend class="label">{props.label}</legend>
      <div class="options">
        {props.options.map((option, index) => (
          <label class="option" key={option.value}>
            <input
              id={index === 0 ? props.name : undefined}
              type="radio"
              name={props.name}
              value={option.value}
              checked={option.value === props.value}
              onChange={() => props.onValue(option.value)}
            />
            <span>
              <span class="option-label">{option.label}</span>
              {option.note && <span class="option-note">{option.note}</span>}
            </span>
          </label>
        ))}
      </div>
      {props.hint && (
        <p class="hint" id={`${props.name}-hint`}>
          {props.hint}
        </p>
      )}
      <FieldError name={props.name} error={props.error} />
    </fieldset>
  );
}
