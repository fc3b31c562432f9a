import { Failure } from '../platform/failure.ts';

/** The result of a database read that a turn cannot do without. */
export async function available<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (cause) {
    throw new Failure('audit_unavailable', 'The database could not be read. Nothing was sent.', [], { cause });
  }
}
