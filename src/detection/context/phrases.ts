/** Words that carry nothing of an answer: what is said around a value, while looking for it, or to show that one listens. */

/** Said before, inside or after an answer. An answer of a value and such words is bare. */
export const AROUND_ANSWERS: ReadonlySet<string> = new Set(
  (
    "yes yeah yep yup ya yea sure okay ok alright right uh um uhm umm er erm ah mm hm hmm mhm huh it it's its is 's that that's thats this would be my the so well and then let me see i i'm think believe here you go ready hi hello please " +
    'sorry no nope wait actually mean correction make oh start starts starting with begin begins beginning end ends ending in last first four digits digit number numbers code id are was should says say said letter letters capital ' +
    "again repeat go ahead on got perfect great good thanks thank correct exactly next one's for as just zip social security date birth name phone address email mail state city mine his her their our your hers dash space hyphen dot slash " +
    'like on file card member account now to of at by a an plus born month day year double triple all lower upper case lowercase uppercase underscore point what not but also too from there just'
  ).split(' '),
);

/** What a listener says while the other goes on. Numbers and letters among it are repeated ones. */
export const BACK_CHANNEL: ReadonlySet<string> = new Set(
  (
    "okay ok of mm hm mhm mmhm hmm uh huh um yes yeah yep yup sure right alright all got it that that's it's go on ahead ready i'm i'll i am listening here with you following still take your time no problem worries rush hurry of course one a moment " +
    "second sec minute just thank thanks great perfect good excellent wonderful and then next the rest continue please keep going so far you have are ready when whenever i've written down noted hold let me know sorry say again is was " +
    "repeat could can would didn't catch missed what's what after last part come more slowly slower louder i understand sounds fine cool lovely appreciate bear absolutely certainly definitely ma'am sir wait for me to type read back hear as in"
  ).split(' '),
);

/** "no, sorry, four four": what follows puts right what was said. */
export const CORRECTIONS: ReadonlySet<string> = new Set([
  'no',
  'nope',
  'sorry',
  'actually',
  'wait',
  'mean',
  'meant',
  'correction',
  'not',
  'oops',
  'scratch',
  'instead',
  'wrong',
]);

/** Words that no name begins with although they are in no list of common words. */
export const NOT_NAMES: ReadonlySet<string> = new Set(
  (
    'pardon excuse huh hang moment moments momentito grab wallet purse glasses glove bear damn gosh jeez geez crap shoot whoops oops ugh yikes gonna wanna gotta kinda sorta dunno lemme gimme ain nah uhhuh mmhmm mhmm mmm hmmm aha aw aww wow hallelujah mute unmute ' +
    'beats nobody nothing anonymous none never neither decline refuse private privacy confidential skip pass whatever whichever why because cause suspicious scam spam robot bot machine human recording recorded legally ' +
    'depends technically basically obviously honestly frankly seriously literally apparently unfortunately hopefully sigh laughs laughter inaudible crosstalk unintelligible silence noise background beep music whoever idea clue upstairs downstairs overseas abroad'
  ).split(' '),
);

/** What may follow a name in an answer: anything else makes it a sentence about something. */
export const AFTER_NAMES: ReadonlySet<string> = new Set(
  "and with as but spelled spelt spelling that's that it's so please here calling speaking from is i my the like ma'am sir thanks thank you yes yeah uh um also or for b born date first last middle junior jr senior sr no not on over who if something".split(
    ' ',
  ),
);

/** Words that qualify the names of towns, though they are common. */
export const PLACE_QUALIFIERS: ReadonlySet<string> = new Set(
  'new old north south east west upper lower san santa los las fort saint st mount mt lake port el la le grand long big little red white black blue green palm rock cedar high great spring silver oak park city falls beach heights hills valley river bay point grove springs village town center gap'.split(
    ' ',
  ),
);
