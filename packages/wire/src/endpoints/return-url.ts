import Type from 'typebox';

/** Longest address of an integrator's page, characters. */
const returnUrlCharsMax = 2_048;

/**
 * An absolute address without user name and fragment, in ASCII. Plain http passes the schema and is then refused unless
 * it leads to this machine and the operator allows that, for test keys only (docs/configuration.md).
 */
const returnUrlPattern = '^https?://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?([/?][!-"$-\\[\\]-~]*)?$';

/** Where the browser goes once the session has reached an end. */
export function returnUrlField(description: string) {
  return Type.String({
    pattern: returnUrlPattern,
    maxLength: returnUrlCharsMax,
    description,
    examples: ['https://lender.example/onboarding/back?step=documents'],
  });
}
