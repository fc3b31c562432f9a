/**
 * Names that are words, too. Alone they count as a name only where a name is expected or where they are used like one.
 */
import { COMMON_WORDS } from '../vocabulary/common-words.ts';

/** English words that are given names or surnames, in lower case. */
export const NAMES_THAT_ARE_WORDS: ReadonlySet<string> = new Set(
  (
    'will mark may grace rose hope faith joy summer autumn dawn june april august bill pat sue cook young long short brown white black green gray grey ' +
    'king price rich frank jack art ray gene dean grant drew rob nick chip cash page brook stone woods wood hill park parks wells banks field fields bush forest lane street ford day knight bishop ' +
    'pope church cross love best wise sharp strong small little major case bell ball berry bird fox wolf lamb swan moon snow frost winter winters rivers lake waters marsh glass steel gold silver jewel ruby pearl ' +
    'amber crystal ivy violet lily daisy iris olive ginger basil sage clay cliff dale glen heath reed rusty sandy sunny stormy misty star sky melody charity mercy patience miles ' +
    'earnest victor max bob jean jimmy buddy junior trip skip guy lance pierce sterling mayor judge squire shepherd carpenter ' +
    'butler gardener singer walker rider driver walls gates doors house houses rooms hall halls temple castle bridge bridges rush swift noble true loud bright moody savage blunt stout lovely merry gay ' +
    'sweet sour rice beans pepper curry salt bacon sugar coffee peach cherry apple plum holly'
  ).split(' '),
);

/** Whether the word, in lower case, means something by itself: alone it is no sign of a person. */
export function isPlainWord(lower: string): boolean {
  return COMMON_WORDS.has(lower) || NAMES_THAT_ARE_WORDS.has(lower);
}
