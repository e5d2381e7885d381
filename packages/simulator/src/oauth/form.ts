/** The fields of a form-encoded body; a field that came twice is a list. */
export type Form = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The body as the form parser left it; no body at all is an empty form. */
export function formOf(body: unknown): Form {
  return typeof body === 'object' && body !== null ? (body as Form) : {};
}

/** One field, or undefined when it is missing or came more than once. */
export function field(form: Form, name: string): string | undefined {
  const value = form[name];
  return typeof value === 'string' ? value : undefined;
}

/** Every value of a field that may come many times. */
export function fields(form: Form, name: string): readonly string[] {
  const value = form[name];
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

export function hasDuplicates(form: Form): boolean {
  return Object.values(form).some((value) => typeof value !== 'string');
}
