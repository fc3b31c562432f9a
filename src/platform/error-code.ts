/** The `code` of a thrown thing: `ENOENT` of the system, `23505` of the database. Null where it has none. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
