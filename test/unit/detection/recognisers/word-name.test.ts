import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GIVEN_WORDS, SHORT_FAMILY, SHORT_GIVEN } from '../../../../src/detection/vocabulary/word-names.ts';
import { mark, readMarked } from '../marked.ts';

describe('names that are words', () => {
  it.each([
    "she's called [NAME:sage, sage north]",
    "it's [NAME:Zhang, Zhang] Wei".replace('] Wei', ' Wei]'),
    'ask for ms [NAME:love]',
    'it should say [NAME:miles], not myles',
    "i'm [NAME:an, a n]",
    "it's [NAME:will price]",
    "I'm picking up for [NAME:hope]",
    '[NAME:Cash] here, I missed a call',
    'my wife is [NAME:summer] and she called',
    'my daughter is [NAME:faith].',
  ])('are found where they are said again, spelled or put right: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'hope, hope so',
    "it's may day",
    'it is will power',
    'cash here is fine',
    'my wife is rich and famous',
    'my son is better and my wife is patient',
    'my daughter is will be there',
    'may, may be later',
    'my ms pain is worse',
    'the nurse informed me of it',
    'did any other doctor mention that',
    'we meet my mother, Monday.',
  ])('are not read into other words: %s', (text) => {
    expect(mark(text)).toBe(text);
  });

  it.each([
    'for my husband, [NAME:Rich]',
    "i'm calling about my son [NAME:chase] and my daughter [NAME:faith]",
    'my wife [NAME:dawn] needs a refill',
    'my son [NAME:will] has a fever',
    "my sister [NAME:joy]'s chart",
    'my kids, [NAME:hope] and [NAME:grace]',
    'my friend [NAME:Art] drove me',
    'my neighbor, [NAME:Pat], has a key',
    'my sister in law [NAME:dawn] has a key',
    '[NAME:Rich] and [NAME:Sue] will both be there',
    "you already have [NAME:Bill]'s number",
    'is it ok if my aunt [NAME:queen] signs',
    'with me is my friend [NAME:candy]',
    'it is for my grandson, [NAME:Dash].',
  ])('are found after a relation: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'put [NAME:Will] down as my emergency contact',
    'put [NAME:hope] down as my emergency contact',
    'list [NAME:Joy] as my next of kin',
    'ask for [NAME:Bill] or [NAME:Sue]',
    'ask for [NAME:Dawn], [NAME:Rose] or [NAME:Pearl]',
    'talk to [NAME:Bill] or [NAME:Maria]',
    'Can I speak to [NAME:Faith] in billing?',
    'tell [NAME:Grace] I called',
    'Thanks, [NAME:Will].',
    'Hi [NAME:Hope], how are you',
    'call [NAME:Will Price] back',
    'Dr. [NAME:Young] is out',
    'Mrs. [NAME:Long] called',
  ])('are found where somebody is addressed or written down: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    "It's [NAME:Will].",
    'this is [NAME:may chen]',
    "it's [NAME:faith] calling",
    'this is [NAME:hope] from billing',
    "I'm [NAME:Grace Park]",
    '[NAME:hope] called about her refill',
    "[NAME:Grant] will be there, he's my son",
    '[NAME:WILL PRICE] called at 3 re: refill',
    "[NAME:Will] said he'd come",
  ])('are found where somebody is introduced or acts: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'I hope so',
    'will you call me',
    "may I ask who's calling",
    'grant me access',
    'i bank with chase bank',
    'Chase Bank denied it',
    'my son will be there',
    'my husband will call you',
    'my wife may come',
    'my dad drew blood',
    'ask for a refund',
    'ask for cash',
    "it's rich",
    "It's Rich in iron",
    'this is so hard',
    'this is my first time',
    'this is an emergency',
    'See below',
    'put cash down',
    'the Hope Clinic',
    'Grace Period ends',
    'Mark the box as done',
    'Will Walgreens call me',
    'hi hope you are well',
    "it's king size",
    'calling about a bill',
    'She was in Grace Hospital',
  ])('are words elsewhere: %s', (text) => {
    expect(mark(text)).toBe(text);
  });

  it('are found after any relation and before any verb of a person', () => {
    const relations = ['son', 'daughter', 'wife', 'husband', 'brother', 'niece', 'grandson'];
    const verbs = ['needs a refill', 'has a cough', 'is here', "isn't home", 'called'];
    fc.assert(
      fc.property(
        fc.constantFrom(...GIVEN_WORDS),
        fc.constantFrom(...relations),
        fc.constantFrom(...verbs),
        (name, relation, verb) => {
          expect(mark(`my ${relation} ${name} ${verb}`)).toBe(`my ${relation} [NAME:${name}] ${verb}`);
        },
      ),
      { seed: 10, numRuns: 300 },
    );
  });
});

describe('short names of East and South-East Asia', () => {
  it.each([
    'This is [NAME:An Le] calling',
    'this is [NAME:an le] calling',
    '[NAME:My Tran] is here',
    '[NAME:See Vang] needs a ride',
    '[NAME:So Young Park]',
    '[NAME:Do Kim] called',
    'this is [NAME:mai nguyen]',
    'Name: [NAME:Vang, See]',
  ])('are found whole: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it('leave no word behind after an introduction', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SHORT_GIVEN), fc.constantFrom(...SHORT_FAMILY), (given, family) => {
        const name = `${given.charAt(0).toUpperCase()}${given.slice(1)} ${family.charAt(0).toUpperCase()}${family.slice(1)}`;
        expect(mark(`This is ${name} calling`)).not.toContain(` ${name.split(' ')[1] ?? ''} calling`);
      }),
      { seed: 10, numRuns: 200 },
    );
  });
});
