import validators, { type BuildCompilerFromPool } from '@fastify/ajv-compiler';
import serializers from '@fastify/fast-json-stringify-compiler';
import type { FastifyServerOptions } from 'fastify';

/**
 * Fastify's own compilers of schemas, which it calls for each route before it listens: here a schema is compiled when a request first
 * needs it. All of them at once took a tenth of each start, and most processes meet few of their routes.
 */
export function lazySchemas(): FastifyServerOptions['schemaController'] {
  const [validatorsOf, serializersOf] = [validators(), serializers()];
  return {
    compilersFactory: {
      buildValidator: (...schemas: Parameters<BuildCompilerFromPool>) => {
        const compile = validatorsOf(...schemas);
        return (...definition: Parameters<Compile>) => lazyValidator(() => compile(...definition));
      },
      buildSerializer: (schemas, options) => {
        const compile = serializersOf(schemas, options);
        return (definition) => {
          let write: ReturnType<typeof compile> | undefined;
          return (answer) => {
            write ??= compile(definition);
            return write(answer);
          };
        };
      },
    },
  };
}

type Compile = ReturnType<BuildCompilerFromPool>;
type Validator = ReturnType<Compile>;

/** Fastify calls it, and after each `false` reads its `errors`: no more of ajv's function is needed. */
function lazyValidator(compile: () => Validator): Validator {
  let check: Validator | undefined;
  const validator = ((value: unknown) => {
    check ??= compile();
    const isValid = check(value);
    validator.errors = check.errors ?? null;
    return isValid;
  }) as Validator;
  return validator;
}
