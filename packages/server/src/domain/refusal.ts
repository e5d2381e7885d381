/**
 * A rule that refuses what an operator asked for on the command line, whose exit code says so. The text is for them: what is
 * refused, and what would not be. Callers over HTTP get an `AppError` instead.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
