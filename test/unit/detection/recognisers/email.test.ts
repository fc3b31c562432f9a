import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('e-mail addresses', () => {
  it.each([
    '[EMAIL:john.smith+test@example.co.uk]',
    'Write to [EMAIL:a@b.io].',
    '<[EMAIL:mary_o-connor@mail.st-marys.org]>',
    'mailto:[EMAIL:kim@example.com]?subject=x',
    '[EMAIL:jürgen@müller.de]',
    '[EMAIL:a1@example.com], [EMAIL:b2@example.com]',
    '"[EMAIL:ann@example.com]"',
  ])('written: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'my email is [EMAIL:j dot smith at gmail dot com]',
    'send it to [EMAIL:john smith 42 at yahoo dot com] please',
    '[EMAIL:s m i t h four two at gmail dot com]',
    "it's [EMAIL:maria underscore lopez at health dot org]",
    'add [EMAIL:erosser@hotmail dot com] as a contact',
    "it's [EMAIL:k a t h y at outlook dot com]",
    "the email is [EMAIL:mary dot o'connor at st mary's dot org]",
    'email address is [EMAIL:bob at sign example dot co dot uk]',
    "that's [EMAIL:kowalski nineteen eighty two at a o l dot com]",
    'it is [EMAIL:b as in boy dot jones at gmail dot com]',
    "it's [EMAIL:rvw at u c s f dot e d u]",
  ])('spoken: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'meet me at 3',
    'look at dot matrix printers',
    'a@',
    '@home',
    'user@localhost',
    'a@b@c',
    'we are at the dot on the map',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
