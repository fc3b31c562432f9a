/** Treatments that several tables of the Responses API share. */
import { longForm, shortForm, withoutNumber } from './grouped-number.ts';
import { ID } from './request-fields.ts';
import { form, keyword, type Fields, type Treatment } from './treatment.ts';

/** Longer strings are no key, host or address that a server takes. */
const HEADER = 16 * 1024;
const HOST = 253;
const URL_LENGTH = 2048;

/** An ID from the API, which goes back to it unchanged. */
export const id = form(ID);
/** Ciphertext and digests, which only the provider can read. */
export const opaque = form(withoutNumber(longForm(/^[A-Za-z0-9+/_-]{64}[A-Za-z0-9+/_-]*={0,2}$/)));
/** A key for a server. A word or a number is not one. */
export const credential = form(
  withoutNumber(shortForm(/^(?:(?:Bearer|Basic) )?(?=[^ ]*\d)(?=[^ ]*[A-Za-z])[\w.~+/=-]{20,}$/, HEADER)),
);
/** A domain name. */
export const domain = form(withoutNumber(shortForm(/^(?:[a-z][a-z0-9-]*\.)+[a-z]{2,24}$/, HOST)));
/** The address of a tool server, with no other words behind the host than these: it cannot hold a value of a caller. */
export const endpoint = form(
  withoutNumber(shortForm(/^https:\/\/(?:[a-z][a-z0-9-]*\.)+[a-z]{2,24}(?:\/(?:api|mcp|sse|v\d))*\/?$/, URL_LENGTH)),
);
/** Content that cannot be inspected. */
export const binary: Treatment = { as: 'binary' };
/** A string, or a list of parts with these fields, some of which may be binary. */
export const binaryAware = (parts: Fields): Treatment => ({ as: 'content', parts });
/** The `type` of an object: one of these words. */
export const type = (...words: readonly string[]): Treatment => keyword(words);
