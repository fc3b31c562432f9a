/** Treatments that several tables of the Responses API share. */
import { withoutNumber } from './grouped-number.ts';
import { ID_FORM } from './request-fields.ts';
import { form, keyword, type Fields, type Treatment } from './treatment.ts';

/** An ID from the API, which goes back to it unchanged. */
export const id = form(ID_FORM);
/** Ciphertext and digests, which only the provider can read. */
export const opaque = form(withoutNumber(/^[A-Za-z0-9+/_-]{64,}={0,2}$/));
/** A key for a server. A word or a number is not one. */
export const credential = form(withoutNumber(/^(?:(?:Bearer|Basic) )?(?=[^ ]*\d)(?=[^ ]*[A-Za-z])[\w.~+/=-]{20,}$/));
/** A domain name. */
export const domain = form(withoutNumber(/^(?:[a-z][a-z0-9-]*\.)+[a-z]{2,24}$/));
/** The address of a tool server, with no other words behind the host than these: it cannot hold a value of a caller. */
export const endpoint = form(
  withoutNumber(/^https:\/\/(?:[a-z][a-z0-9-]*\.)+[a-z]{2,24}(?:\/(?:api|mcp|sse|v\d))*\/?$/),
);
/** Content that cannot be inspected. */
export const binary: Treatment = { as: 'binary' };
/** A string, or a list of parts with these fields, some of which may be binary. */
export const binaryAware = (parts: Fields): Treatment => ({ as: 'content', parts });
/** The `type` of an object: one of these words. */
export const type = (...words: readonly string[]): Treatment => keyword(words);
