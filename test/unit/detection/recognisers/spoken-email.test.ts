import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('e-mail addresses in all forms', () => {
  it.each([
    'my email is [EMAIL:j dot smith at gmail dot com]',
    "it's [EMAIL:one tired mom at gmail dot com]",
    'my email is [EMAIL:love my kids four ever at yahoo dot com]',
    '[EMAIL:go cats go at gmail dot com]',
    "email's [EMAIL:the letter j then smith at aol dot com]",
    "it's [EMAIL:j underscore smith eighty two at yahoo dot com]",
    'email me at [EMAIL:mary dash jane at hotmail dot co dot uk]',
    'email is [EMAIL:m a r y at a o l dot com]',
    'it is [EMAIL:john smith all one word at gmail dot com]',
    'the email is [EMAIL:capital j smith at company dot org]',
    'email [EMAIL:bob the builder at outlook dot com]',
    'my email is [EMAIL:s as in sam p e r r y at gmail dot com]',
    "email's [EMAIL:jsmith42@gmail.com]",
    "it's [EMAIL:jsmith at gmail.com]",
    '[EMAIL:jane dot doe plus test at mail dot example dot org]',
    "[EMAIL:o'brien@example.ie]",
    '[EMAIL:a!b#c$d%e@example.com]',
    '"[EMAIL:john doe"@example.com]',
    '[EMAIL:user+tag@sub.example.co.uk]',
    '[EMAIL:x@xn--80ak6aa92e.com]',
    '[EMAIL:info@münchen.de]',
    '[EMAIL:first.last@123.123.123.123]',
    'my email address is [EMAIL:five five rocket at gmail dot com]',
    '[EMAIL:alice at the rate gmail dot com]',
    'my e mail is [EMAIL:t w e s t o n underscore nineteen eighty at icloud dot com]',
    'mailto:[EMAIL:jane@example.com]',
    '[EMAIL:john(at)example(dot)com]',
    'my email is [EMAIL:mary jane dot watson at yahoo dot com]',
    'reach me by email [EMAIL:jsmith at clinic dot org]',
    'send to [EMAIL:info at example dot org]',
    'contact=[EMAIL:jane@x.com]&b=1',
    '**[EMAIL:jane@x.com]**',
    '<[EMAIL:jane@x.com]>',
    "it's [EMAIL:double e lee at gmail dot com]",
    'my email is [EMAIL:m dot garcia one nine eight two at outlook dot com]',
    "it's [EMAIL:b r y a n w at g mail dot com]",
    '[EMAIL:k as in kate l m n underscore seven at proton mail dot com]',
    "that's [EMAIL:john dot o apostrophe brien at gmail dot com]",
    'its [EMAIL:the real bob at gmail dot com]',
    '[EMAIL:j.smith at gmail dot com]',
    '[EMAIL:j smith at g m a i l dot c o m]',
    '[EMAIL:dee finch bird lady at gmail dot com]',
    'my email is [EMAIL:dee finch bird lady at gmail dot com]',
    'send it to [EMAIL:dee finch bird lady at gmail dot com]',
    "it's [EMAIL:the real big stan at protonmail dot com]",
    'email me at [EMAIL:the bird lady at gmail dot com]',
    'still with [EMAIL:dee finch at gmail dot com]',
    'under [EMAIL:mary jane watson four at gmail dot com]',
    'log in at [URL:patient portal dot example dot com]',
  ])('written and spoken: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    "i'll be at home dot",
    'my mother works at home',
    'i am at work and john is at school',
    '@handle on twitter',
    'see foo@bar',
    'a@b',
    'my email is info@presidio',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
