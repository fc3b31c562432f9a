/** Nationalities and peoples in lower case, as adjectives: "she is Cuban". */
export const NATIONALITIES: ReadonlySet<string> = new Set(
  (
    'american cuban mexican italian irish german polish korean chinese japanese vietnamese filipino filipina russian ukrainian swedish norwegian danish british canadian greek turkish ethiopian somali nigerian haitian jamaican ' +
    'dominican hmong navajo cherokee lebanese iranian persian syrian iraqi afghan pakistani brazilian colombian salvadoran guatemalan honduran peruvian portuguese dutch scottish welsh finnish hungarian czech romanian egyptian ' +
    'moroccan ghanaian kenyan cambodian laotian thai burmese nepali armenian albanian croatian serbian bosnian samoan'
  ).split(' '),
);
