/**
 * Follows where the history of a request ends among the texts of a walk, and takes the state of the masker there. Texts of a
 * walk are counted as they are answered; a walk that repeats another one may have answered some before it begins.
 */
export class HistoryEnd<State> {
  readonly #take: () => State;
  /** How many texts of the walk stand before the end; -1 while that is not known. */
  #count = -1;
  #state: State | null = null;

  constructor(take: () => State) {
    this.#take = take;
  }

  /** How many texts of the last walk stand in the history or in front of it. */
  get count(): number {
    return this.#count;
  }

  /** The state behind the last of these texts; null where it was not seen. */
  get state(): State | null {
    return this.#state;
  }

  /** To be called at the beginning of each walk, before any text is answered. */
  begin(): void {
    this.#state = null;
    this.answered(0);
  }

  /** To be called when so many texts of the walk are answered. */
  answered(count: number): void {
    if (count === this.#count) this.#state = this.#take();
  }

  /** To be called where the walk finds the end. `isNow`: no text behind it is answered yet. */
  found(count: number, isNow: boolean): void {
    if (count === this.#count && this.#state !== null) return;
    this.#count = isNow ? count : -1;
    this.#state = isNow ? this.#take() : null;
  }
}
