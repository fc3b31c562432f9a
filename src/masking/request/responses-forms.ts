/** Forms of values that several tables of the Responses API have in common. */
import { withoutNumber } from './grouped-number.ts';
import { ID_FORM } from './request-fields.ts';
import { form, keyword, type Fields, type Treatment } from './treatment.ts';

/** An id that the API gave: it must come back to it as it is. */
export const id = form(ID_FORM);
/** What only its maker can read: ciphertext and digests. */
export const opaque = form(withoutNumber(/^[A-Za-z0-9+/_-]{64,}={0,2}$/));
/** A key for some server. Words and numbers are none. */
export const credential = form(withoutNumber(/^(?:(?:Bearer|Basic) )?(?=[^ ]*\d)(?=[^ ]*[A-Za-z])[\w.~+/=-]{20,}$/));
export const domain = form(withoutNumber(/^(?:[a-z][a-z0-9-]*\.)+[a-z]{2,24}$/));
/** The address of a tool server: nothing of a caller stands in one that has no more than these words behind the host. */
export const endpoint = form(
  withoutNumber(/^https:\/\/(?:[a-z][a-z0-9-]*\.)+[a-z]{2,24}(?:\/(?:api|mcp|sse|v\d))*\/?$/),
);
/** Content that cannot be inspected. */
export const binary: Treatment = { as: 'binary' };
/** A string, or a list of parts with these fields, among which binary ones may be. */
export const binaryAware = (parts: Fields): Treatment => ({ as: 'content', parts });
/** The `type` of an object: one of these words. */
export const type = (...words: readonly string[]): Treatment => keyword(words);
