import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('names that are words, by a deed, an accident or a desk', () => {
  it.each([
    '[NAME:daisy] threw up on the bus',
    '[NAME:rocky] fell off his bike again',
    '[NAME:jewel] lost her card',
    'yeah [NAME:misty] slipped on the ice',
    'is [NAME:chance] there, he left his phone',
    'is [NAME:ivy] in today',
    'have [NAME:grant] give me a ring',
    'let [NAME:hope] handle it',
    'i gave the form to [NAME:candy] up front',
    '[NAME:heather] at the lab lost my sample',
    'i spoke to [NAME:crystal] in billing',
    '[NAME:ginger] and [NAME:rosemary] are twins',
    '[NAME:destiny] and [NAME:trinity] are due for shots',
    '[NAME:faith] has a fever',
    'um [NAME:mercy] is throwing up',
    "[NAME:autumn]'s shots are due",
    "[NAME:clay]'s inhaler is empty",
  ])('are found: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'rain fell on and off',
    'hope is fading',
    'faith has a way of helping',
    "summer's end is near",
    "may's appointment is full",
    'summer lost its charm',
    'is cash okay',
    'is rain coming',
    'have mercy',
    'let hope live',
    'a pearl at the counter',
    'ginger and basil are good for it',
    'the daisy fell off the cake',
    'let art decide that for us',
  ])('are not read into other sentences: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});

describe('family names with an O and an apostrophe', () => {
  it.each(["can [NAME:o'shea] look at it", "[NAME:O'Brien] signed it"])('are found without a cue: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each(["at two o'clock", "we landed at o'hare", "near o'reilly auto parts"])('are no names: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
