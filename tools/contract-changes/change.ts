/** A change of a contract, and what it means to programs that were written against the one before. */
export interface ContractChange {
  /**
   * - `breaking`: a program that was right may fail;
   * - `dangerous`: it may meet something that it does not know, such as a further value of an enumeration.
   */
  readonly severity: 'breaking' | 'dangerous';
  /** Where it is, and what changed: one line, the same for the same change. */
  readonly text: string;
}

/** The line of a change in lists and files. */
export function lineOf({ severity, text }: ContractChange): string {
  return `${severity}: ${text}`;
}
