import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('ages over 89 in all forms', () => {
  it.each([
    'he is [AGE:ninety-two year old]',
    'he is in his [AGE:hundreds], [AGE:hundred and three] actually',
    'in her [AGE:nineties], like [AGE:94]',
    "she's pushing a hundred, [AGE:ninety eight]",
    'a [AGE:92-year-old] man',
    'aged [AGE:94]',
    'turning [AGE:one hundred and one] next week',
    'she just turned [AGE:ninety five]',
    'age [AGE:101]',
    'i am [AGE:ninety three]',
    '[AGE:97 y/o] female',
    'a [AGE:92-y.o]. female',
    '[AGE:93yo] male',
    '[AGE:95]F presents',
    "she's [AGE:a hundred and two]",
    "he'll be [AGE:ninety one] in may",
    'age: [AGE:96]',
    'mom is in her [AGE:nineties]',
    'my father is [AGE:ninety-four]',
    'she lived to be [AGE:one hundred three]',
    'her [AGE:ninety fifth] birthday',
    "he'll be [AGE:ninety one] in may",
    'mom is in her [AGE:nineties]',
    'my father is [AGE:ninety-four]',
    'she lived to be [AGE:one hundred three]',
    'her [AGE:ninety fifth] birthday',
    'she just celebrated her [AGE:100th] birthday',
    'grandma is [AGE:one oh two]',
    "my mother's [AGE:ninety three] and frail",
    "i'm [AGE:91]",
    'patient is [AGE:94]',
  ])('an age: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'his pressure is 95 over 60',
    'she is 95 pounds',
    'his sugar was 110 and',
    'his oxygen is 95',
    'my dad is 90 percent better',
    'he is 92 inches',
    'the fever was 101',
    'she was 101 degrees',
    "i'm 90 miles away",
    "i'm 100 percent sure",
    'in the nineties',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
