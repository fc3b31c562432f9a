/** What the generator puts into the slots of a template: values of every kind, as people write or say them. */

import { withCheckDigits } from './formats.ts';
import { streetName, streetAddress, dwellingUnit, zipCode, fullAddress } from './address-values.ts';
import { MONTHS, calendarDate, cardExpiry, monthAndDay } from './date-values.ts';
import { phoneNumber, mailbox, siteAddress, ipAddress, photoName, macAddress } from './online-values.ts';
import { mixedCode, spokenDigits, spokenCode, spelledName } from './spoken-values.ts';
import { PLAIN_SLOTS } from './plain-values.ts';
import { capitalise, type People } from './people.ts';
import type { Random } from './random.ts';
import type { Form, Source } from './source.ts';
import { belowHundred } from './spoken.ts';
import type { TagType } from '../src/detection/tagger/labels.ts';

/** A value and what it is; `null` for what must be left alone. */
export interface Value {
  readonly text: string;
  readonly type: TagType | null;
}

/** Makes values. One random source: the same seed gives the same values. */
export class Values {
  readonly #source: Source;

  constructor(people: People, random: Random) {
    this.#source = { random, people };
  }

  /** A value for a slot; null for a slot that there is none of. */
  fill(slot: string, form: Form): Value | null {
    const labelled = this.#labelled(slot, form);
    if (labelled) return labelled;
    const plain = PLAIN_SLOTS[slot];
    return plain
      ? {
          text: plain(this.#source.random, form, this.#source.people),
          type: slot === 'ORG' || slot === 'HOSPITAL' || slot === 'PHARMACY' || slot === 'COMPANY' ? 'ORG' : null,
        }
      : null;
  }

  #labelled(slot: string, form: Form): Value | null {
    const { random, people } = this.#source;
    const value = (type: TagType, text: string): Value => ({ type, text });
    const digits = (type: TagType, text: string, shapes?: readonly (readonly number[])[]): Value =>
      value(type, spokenDigits(this.#source, text, form, shapes));
    const code = (type: TagType, text: string): Value => value(type, spokenCode(this.#source, text, form));
    switch (slot) {
      case 'NAME':
        return value('NAME', people.any());
      case 'FULL':
        return value('NAME', people.full());
      case 'FIRST':
        return value('NAME', people.first());
      case 'LAST':
        return value('NAME', people.last());
      case 'WORD_FIRST':
        return value('NAME', people.wordFirst());
      case 'WORD_LAST':
        return value('NAME', people.wordLast());
      case 'WORD_FULL':
        return value('NAME', people.wordFull());
      case 'ORIGIN_FIRST':
        return value('NAME', people.firstByOrigin());
      case 'ORIGIN_LAST':
        return value('NAME', people.lastByOrigin());
      case 'ORIGIN_FULL':
        return value('NAME', people.fullByOrigin());
      case 'INITIALS_LAST':
        return value('NAME', people.initialsLast());
      case 'INITIAL_FULL':
        return value(
          'NAME',
          `${people.first()} ${random.letters(1).toUpperCase()}${random.pick(['.', ''])} ${people.last()}`,
        );
      case 'LAST_INITIAL':
        return value('NAME', `${people.last()}, ${random.letters(1).toUpperCase()}${random.pick(['.', ''])}`);
      case 'CAPS_LAST_FIRST':
        return value('NAME', people.lastFirst().toUpperCase());
      case 'CAPS_FULL':
        return value('NAME', (random.chance(0.5) ? people.wordFull() : people.full()).toUpperCase());
      case 'SPELLED':
        return value('NAME', spelledName(this.#source, people.last(), form));
      case 'SPELLED_FIRST':
        return value('NAME', spelledName(this.#source, people.first(), form));
      case 'INITIALS':
        return value(
          'NAME',
          form.spoken
            ? random.letters(2).split('').join(' ')
            : random
                .letters(2)
                .toUpperCase()
                .replace(/./g, '$&.')
                .replace(/\.(?=.)/, random.pick(['.', '. '])),
        );
      case 'HANDLE':
        return value(
          'NAME',
          `@${people.first().toLowerCase()}${random.pick(['', '_', '.'])}${
            random.chance(0.5)
              ? people
                  .last()
                  .toLowerCase()
                  .replace(/[^a-z]/g, '')
              : random.digits(random.int(1, 4))
          }`,
        );
      case 'STREET':
        return value('ADDRESS', streetAddress(this.#source, form));
      case 'ADDRESS':
        return value('ADDRESS', fullAddress(this.#source, form));
      case 'CITY':
        return value('ADDRESS', people.city());
      case 'COUNTY':
        return value('ADDRESS', `${random.chance(0.5) ? people.city() : capitalise(people.last())} County`);
      case 'ZIP':
        return value('ADDRESS', zipCode(this.#source, form));
      case 'UNIT':
        return value('ADDRESS', dwellingUnit(this.#source, form));
      case 'LANDMARK_STREET':
        return value('ADDRESS', streetName(this.#source, form));
      case 'DATE':
      case 'DOB':
        return value('DATE', calendarDate(this.#source, form, slot === 'DOB' ? 1925 : 1990));
      case 'MONTHDAY':
        return value('DATE', monthAndDay(this.#source, form, random.pick(MONTHS)));
      case 'MONTH':
        return value('DATE', random.pick(MONTHS));
      case 'EXPIRY':
        return value('DATE', cardExpiry(this.#source, form));
      case 'AGE90': {
        const age = random.int(90, 108);
        return value('DATE', form.spoken && age < 100 ? belowHundred(age) : String(age));
      }
      case 'PHONE':
      case 'FAX':
        return value('PHONE', phoneNumber(this.#source, form));
      case 'PHONE7':
        return digits('PHONE', random.digits(7, '23456789'), [[3, 4]]);
      case 'EXT':
        return digits('PHONE', random.digits(random.int(2, 5)));
      case 'EMAIL':
        return value('EMAIL', mailbox(this.#source, form));
      case 'URL':
        return value('URL', siteAddress(this.#source, form));
      case 'IP':
        return value('IP_ADDRESS', ipAddress(this.#source, form));
      case 'SSN':
        return digits('SSN', random.digits(9, '12345678'), [[3, 2, 4]]);
      case 'SSN4':
        return digits('SSN', random.digits(4));
      case 'CARD': {
        const card = withCheckDigits.card(random);
        return digits('ACCOUNT', card, card.length === 15 ? [[4, 6, 5]] : [[4, 4, 4, 4]]);
      }
      case 'CARD4':
      case 'CVV':
        return digits('ACCOUNT', random.digits(slot === 'CVV' ? 3 : 4));
      case 'ROUTING':
        return digits('ACCOUNT', withCheckDigits.routing(random));
      case 'ACCT':
        return random.chance(0.8)
          ? digits('ACCOUNT', random.digits(random.int(6, 13)))
          : code('ACCOUNT', random.letters(random.int(1, 3)).toUpperCase() + random.digits(random.int(4, 9)));
      case 'IBAN':
        return code('ACCOUNT', withCheckDigits.iban(random));
      case 'MBI':
        return code('OTHER_ID', withCheckDigits.mbi(random));
      case 'NPI':
        return digits('OTHER_ID', withCheckDigits.npi(random));
      case 'DEA':
        return code('OTHER_ID', withCheckDigits.dea(random));
      case 'VIN':
        return code('OTHER_ID', withCheckDigits.vin(random));
      case 'IMEI':
        return digits('OTHER_ID', withCheckDigits.imei(random));
      case 'MAC':
        return value('OTHER_ID', macAddress(this.#source, form));
      case 'PASSPORT':
        return code(
          'OTHER_ID',
          (random.chance(0.5) ? random.letters(1).toUpperCase() : '') + random.digits(random.int(8, 9)),
        );
      case 'LICENSE':
        return code(
          'OTHER_ID',
          random.pick([
            () => random.letters(1).toUpperCase() + random.digits(random.int(6, 12)),
            () => random.digits(random.int(7, 9)),
            () => random.letters(2).toUpperCase() + random.digits(6),
            () => `${random.letters(1).toUpperCase()}${random.digits(3)}-${random.digits(4)}-${random.digits(4)}`,
          ])(),
        );
      case 'PLATE':
        return code(
          'OTHER_ID',
          random.pick([
            () => random.letters(3).toUpperCase() + random.digits(4),
            () => random.digits(1) + random.letters(3).toUpperCase() + random.digits(3),
            () => `${random.letters(3).toUpperCase()} ${random.digits(3)}`,
            () => random.letters(2).toUpperCase() + random.digits(5),
          ])(),
        );
      case 'PHOTO':
        return value('OTHER_ID', photoName(this.#source, form));
      case 'UDI':
        return value(
          'OTHER_ID',
          `(01)0${random.digits(13)}(${random.pick(['17', '11'])})${random.digits(6)}(${random.pick(['10', '21'])})${random.letters(1).toUpperCase()}${random.digits(random.int(4, 8))}`,
        );
      case 'MRN':
        return random.chance(0.7)
          ? digits('OTHER_ID', random.digits(random.int(5, 10)), [
              [4, 4],
              [2, 2, 2],
            ])
          : code('OTHER_ID', mixedCode(this.#source));
      case 'PLAN':
      case 'GROUP':
      case 'SERIAL':
      case 'ID':
      case 'VOICEPRINT':
      case 'BADGE':
        return random.chance(slot === 'SERIAL' || slot === 'PLAN' || slot === 'VOICEPRINT' ? 0.25 : 0.5)
          ? digits('OTHER_ID', random.digits(random.int(slot === 'BADGE' ? 4 : 5, 11)))
          : code('OTHER_ID', mixedCode(this.#source));
      default:
        return null;
    }
  }
}
