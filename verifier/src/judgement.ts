/** How a signature of the file was judged. */
export type Judgement =
  | 'pinned' // verifies under a key that the caller pinned
  | 'stated' // verifies under a key that came with the file
  | 'bad'
  | 'no key';

/** Something signed, for messages. */
export interface SignedThing {
  readonly what: string;
  readonly judgement: Judgement;
  readonly key_id: string;
}
