/** Names that are also English words, all in lower case. They count as names only where the sentence uses them as one. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Given names that are words. */
export const GIVEN_WORDS: ReadonlySet<string> = words(
  'will may grace rose hope faith joy summer autumn dawn june april august bill pat sue mark rich frank jack art ray gene dean grant drew rob chase cash page ' +
    'paige brook brooke cliff dale glen heath reed rusty sandy sunny skye sky melody charity mercy patience miles ernest earnest victor max bob jean jimmy buddy ' +
    'lance pierce sterling iris olive ginger basil sage clay amber crystal ivy violet lily daisy ruby pearl jewel jade opal hunter tanner mason ' +
    'carter cooper porter parker sawyer fisher archer taylor tyler forrest forest wren robin jay birdie angel precious blessing heaven destiny serenity ' +
    'harmony trinity genesis journey justice chance colt drake rocky stormy misty merry lucky price cope wade lane rowan ash aspen laurel holly hazel ' +
    'heather fern clover poppy rosemary marigold jasmine magnolia honey brandy sherry hank bud tad ward wayne roman jesus dot dolly penny nick ' +
    'dick harry woody randy herb barb bea king prince duke earl major christian royce chip skip buck gay star ' +
    'queen princess candy dash diamond treasure essence legend saint river rain raven phoenix storm winter lyric cadence reign majesty messiah nova coral sapphire emerald maverick gunner ' +
    'wednesday cricket dusty smokey blaze ace banks bear wolf fox lark swan dove fawn kitty bunny bo bubba junior trey deuce scout ranger remington winchester denim cotton royal noble loyal ' +
    'praise glory blossom bliss chastity temperance verity constance prudence godsend goodness comfort divine wisdom marvel marvelous fortune innocent lovemore',
);

/** Given names that in lower case are verbs or auxiliaries more often than names. */
export const VERB_NAMES: ReadonlySet<string> = words(
  'will may drew rose rob mark grant bill sue chase pierce skip chip hope wade cope price page cash',
);

/** Given names that are adjectives: "it's rich", "this is merry". */
export const ADJECTIVE_NAMES: ReadonlySet<string> = words(
  'royal noble loyal dusty smokey innocent divine lucky comfort storm rain winter glory bliss cotton marvelous wednesday junior cricket river fortune treasure diamond candy ace bear rich frank rusty sandy sunny rocky stormy misty merry gay precious sterling earnest gene art star royce major crystal clay amber violet olive ginger hazel cash price page sage heaven harmony genesis journey justice destiny charity mercy patience chance honey brandy sherry summer autumn dawn june april august may buddy ash fern clover forest sky',
);

/** Family names that are words, without those that make a name of an institution ("Bank", "Church", "Cross"). */
export const FAMILY_WORDS: ReadonlySet<string> = words(
  'price rich good goode black white brown green gray grey long short small little bell ball berry bird fox wolf lamb swan moon snow frost winter winters summers rivers waters marsh glass steel gold ' +
    'silver king pope bishop love best wise sharp strong young old cook baker carpenter butler gardener singer walker rider driver walls gates temple bridges rush swift noble loud ' +
    'bright moody savage blunt stout lovely merry gay sweet rice beans pepper curry bacon peach cherry apple plum wells banks fields bush ford knight case brooks stone woods wood cash chance ' +
    'laws lord abbott judge shepherd farmer fisher hunter archer potter mason miller tanner taylor turner weaver wheeler wright smith barber parsons marshall constable steward pages paine payne ' +
    'hurt hart hand beard legg burns byrd crane crow drake finch hawk heron jay lark nightingale partridge peacock pike quail robin starling sparrow woodcock wren bass beaver colt doe hare hogg ' +
    'lyon otter roe badger day weeks bliss joy grief self friend guest stranger newcomer riddle story reader penn read write call ring post coin penny pound sterling goodnight goodman goodwin ' +
    'power powers hall park parks field lane street hill house march may june august major minor pain cough ward sales rooms head foot back hope faith grace star post banks',
);

/**
 * Short given names of East and South-East Asia that are also English words or syllables. A name of that origin is often
 * made of such words alone: "An Le", "My Tran", "See Vang", "So Young Park".
 */
export const SHORT_GIVEN: ReadonlySet<string> = words(
  'an be my see so do young long hung dung tan tam man son sang sun song sung mai may mee me mo nu no chi ha ho hai he hue her kim lo lee le ly pa pao pang ping pet per ' +
    'bao bee blia bo by can cha chang chee chia chong chou dang dao day die dong duc fang fee fue ger go gee hang hong hoa hye in ja jae jan jin joo ju jun ka kang kao key kia kong ' +
    'la lan lang lean linh ling loan long low lue mang mao mei min minh moon na nam nan neng ning nou oh on ong pan pay phong phuc rue san seng she shoua si sin soo sou sue ta tai tang tee thai thao ' +
    'thi tho thu to ton tong tou toua toy true tu tung ty un van vi vu wa wang wen wing won woo xai xia xiong yang ye yee yen yer yi ying you yu yun zong zeng lai lam lin art ban bang ben',
);

/** Family names of East and South-East Asia. */
export const SHORT_FAMILY: ReadonlySet<string> = words(
  'nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly dinh trinh truong luong cao dao ha lam chau quach mai ' +
    'kim lee park choi jung kang cho yoon jang lim han oh seo shin kwon hwang ahn song yoo hong jeon ko moon yang bae baek nam min noh ' +
    'wang li zhang liu chen huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie tang deng feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren shen yao ' +
    'vang xiong lor her thao moua vue cha chang hang kue khang fang lo kong pha xang yip wong chan cheung lau leung chow mak fung tse hui kwok',
);
