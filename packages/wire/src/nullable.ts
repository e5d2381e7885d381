import Type, { type Static, type TSchema } from 'typebox';

/**
 * A schema that takes `null`, too: our own API writes what is absent as `null` and leaves no key out. As a list of types
 * (JSON Schema 2020-12), since an `anyOf` reads worse and costs more in every answer.
 */
export function nullable<Schema extends TSchema>(
  schema: Schema,
): ReturnType<typeof Type.Unsafe<Static<Schema> | null>> {
  const { type, enum: values } = schema as { type?: string; enum?: unknown[] };
  return Type.Unsafe<Static<Schema> | null>({
    ...schema,
    ...(type === undefined ? {} : { type: [type, 'null'] }),
    ...(values === undefined ? {} : { enum: [...values, null] }),
  });
}
