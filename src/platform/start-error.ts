/**
 * A reason not to start, written for the operator: the message says what is wrong and what to do about it, holds no
 * secret and no stored value, and may be printed and logged as it is.
 */
export class StartError extends Error {
  override readonly name: string = 'StartError';
}
