/** Treatments of a value in a request. The tables of fields are written in them. */
import type { TextForm } from './grouped-number.ts';

/** Who speaks a message: the roles of the API. */
export const SPEAKERS = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const;

/** How a value is treated. A value of another type than a treatment expects is masked deep instead. */
export type Treatment =
  /** A string that stays. */
  | { readonly as: 'verbatim' }
  /**
   * A number, boolean or null that stays; a number whose amount is `below`, for a longer one could be anybody's. Another
   * is masked like any number, or the request refused.
   */
  | { readonly as: 'setting'; readonly below: number; readonly beyond: 'masked' | 'refused' }
  /** A string that stays when it is one of the known ones, else is masked; what is no string is treated as `other`. */
  | { readonly as: 'keyword'; readonly of: ReadonlySet<string>; readonly other: Treatment }
  /** A string, masked as a text. */
  | { readonly as: 'text' }
  /** A string that holds JSON: its strings, numbers and keys are masked. Masked as a text where it is no JSON. */
  | { readonly as: 'json text' }
  /** The same of the arguments of a tool that is called: its `name` says whether days in them are only looked for. */
  | { readonly as: 'arguments' }
  /** A name that a model may call: stays within the characters that names may have. */
  | { readonly as: 'name' }
  /** A string that stays when all of it has the form of what belongs there, else is masked as a text; see `keyword` for `other`. */
  | { readonly as: 'form'; readonly of: TextForm; readonly other: Treatment }
  /** What a message says: a string or a list of parts. Binary parts stand here. `parts` are the fields of one that is not. */
  | { readonly as: 'content'; readonly parts?: Fields }
  /** Content that cannot be inspected: null and empty text stay, all else is a binary part. */
  | { readonly as: 'binary' }
  /** A JSON schema: every string and key masked, the numbers of its own keywords kept. */
  | { readonly as: 'schema' }
  /** An object from ids of the model's vocabulary to small numbers; stays. */
  | { readonly as: 'bias' }
  /** Everything below is masked: strings, numbers, keys. */
  | { readonly as: 'deep' }
  /** Removed: a platform's envelope. */
  | { readonly as: 'drop' }
  /** A message: an object whose texts are spoken by its role. */
  | { readonly as: 'message'; readonly fields: Fields }
  /** Texts of a speaker whose role is not in the request; null for no speaker. */
  | { readonly as: 'spoken'; readonly by: (typeof SPEAKERS)[number] | null; readonly of: Treatment }
  /** An object that is treated by its `type`: as `absent` where it has none, as `other` where the type is not known. */
  | {
      readonly as: 'variant';
      readonly of: Readonly<Record<string, Treatment>>;
      readonly absent: Treatment;
      readonly other: Treatment;
    }
  /** An object with keys of the caller's, which are masked, and values that are all treated alike. */
  | { readonly as: 'map'; readonly of: Treatment }
  | { readonly as: 'list'; readonly of: Treatment }
  | { readonly as: 'object'; readonly fields: Fields };

export type Fields = Readonly<Record<string, Treatment>>;

export const verbatim: Treatment = { as: 'verbatim' };
export const setting: Treatment = { as: 'setting', below: 1_000_000, beyond: 'masked' };
/** A setting of the request that is a number: one of more digits than it can have is a mistake, and the caller is told. */
export const amount = (below = 1_000_000): Treatment => ({ as: 'setting', below, beyond: 'refused' });
/** A number that may be any. Only the last search of the outgoing bytes sees what it is. */
export const anyNumber: Treatment = { as: 'setting', below: Infinity, beyond: 'masked' };
export const text: Treatment = { as: 'text' };
export const jsonText: Treatment = { as: 'json text' };
export const toolArguments: Treatment = { as: 'arguments' };
export const name: Treatment = { as: 'name' };
export const content: Treatment = { as: 'content' };
export const schema: Treatment = { as: 'schema' };
export const deep: Treatment = { as: 'deep' };
export const drop: Treatment = { as: 'drop' };
export const object = (fields: Fields): Treatment => ({ as: 'object', fields });
export const list = (of: Treatment): Treatment => ({ as: 'list', of });
/** Texts of this speaker; see `spoken`. */
export const spoken = (by: (typeof SPEAKERS)[number] | null, of: Treatment): Treatment => ({ as: 'spoken', by, of });
/** One of these words; see `keyword`. */
export const keyword = (words: readonly string[], other: Treatment = deep): Treatment => ({
  as: 'keyword',
  of: new Set(words),
  other,
});
/** A string of this form; see `form`. */
export const form = (of: TextForm, other: Treatment = deep): Treatment => ({ as: 'form', of, other });
