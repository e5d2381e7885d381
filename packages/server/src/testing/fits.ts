import Schema from 'typebox/schema';

/** Whether a value is what a schema of the contract says. For tests only. */
export function fits(schema: object, value: unknown): boolean {
  return Schema.Compile(schema).Check(value);
}
