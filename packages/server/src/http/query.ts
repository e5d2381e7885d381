import type { FastifyRequest } from 'fastify';
import type { TObject } from 'typebox';

/** A whole number as a query writes it: no sign, no blank, no leading zero, and small enough to be exact. */
const wholeNumber = /^(?:0|[1-9][0-9]{0,14})$/;

/**
 * Reads the whole numbers of a query, which is nothing but text, before its schema is asked: the schema says `integer`,
 * as the documentation does. What is no number stays the text that it is and is refused.
 */
export function readNumbers(schema: TObject) {
  const names = Object.entries(schema.properties).flatMap(([name, property]) =>
    (property as { type?: unknown }).type === 'integer' ? [name] : [],
  );
  return async (request: FastifyRequest) => {
    const query = request.query as Record<string, unknown>;
    for (const name of names) {
      const text = query[name];
      if (typeof text === 'string' && wholeNumber.test(text)) query[name] = Number(text);
    }
  };
}
