/** Small words, by what they do to a statement. */
import { wordSet } from './table.ts'

export type Tongue = 'en' | 'de' | 'es' | 'fr'

/** Words that tell a language; the most wins, and English if none does. */
export const MARKERS: { readonly [tongue in Tongue]: ReadonlySet<string> } = {
  en: wordSet('the is a an of in to has for on at are was with and not it my by'),
  de: wordSet(
    'der die das ist nicht und wird ein eine am im wohnt hat mag läuft mit seit kein keine den dem sind',
  ),
  es: wordSet('el la los las es está un una en con tiene vive ya su del por trabaja funciona'),
  fr: wordSet("le la les est une un à du des et ne pas n'aime aime habite avec travaille il elle"),
}

/** Left out wherever they stand: what they say is said by the words around them as well. */
export const IGNORED: { readonly [tongue in Tongue]: ReadonlySet<string> } = {
  en: wordSet(
    "the a an of in at on for that this these those 's there as also please own so just still already again yet",
  ),
  de: wordSet('der die das den dem des ein eine einen einem einer in im am an auf bei für auch'),
  es: wordSet('el la los las un una en de del al a que'),
  fr: wordSet("le la les un une des du de à au aux en que l' ne n'"),
}

export const NEGATIONS: { readonly [tongue in Tongue]: ReadonlySet<string> } = {
  en: wordSet("not never no none without n't cannot nobody nothing neither nor nowhere needn't"),
  de: wordSet('nicht nie niemals kein keine keinen keinem keiner ohne nein'),
  es: wordSet('no nunca jamás sin'),
  fr: wordSet('pas jamais sans'),
}

/** Follow a negation and say no more than it does. */
export const WITH_NEGATION = wordSet('longer yet anymore mehr any more ever ya plus ne')

export const HEDGES = wordSet(`
  about around roughly approximately approx circa ca nearly almost ungefähr etwa aproximadamente environ ~ ≈ some
`)

/** Left out too, but each is remembered with the word after it. */
export const PREPOSITIONS = wordSet('of in at on for as von de del du')

/** Left out before a bound, because the quantity says it. */
export const BOUNDS = wordSet('no less fewer more least most over under above below up to than')

/** Say that what follows replaces something that was said before. */
export const CORRECTIONS = wordSet('actually correction now anymore nowadays currently instead henceforth')

export const HYPOTHETICAL = wordSet(`
  if unless would might could perhaps maybe possibly probably whether assuming suppose supposing otherwise
  falls wenn könnte würde vielleicht quizás quizá si peut-être
`)

export const REPORTING = wordSet(`
  says say said thinks think thought believes believe believed claims claim claimed reports reported report hears hear
  heard wonders wonder wondered asks ask asked told tells suspects suspect suspected hopes hope hoped guesses guessed
  assumes assumed expects expected dreams dreamt feels mentioned suggests suggested
  sagt meint glaubt dice cree dit croit pense
`)

export const HEARSAY = wordSet('according reportedly allegedly')

export const QUESTION_MARKS: ReadonlySet<string> = new Set('?¿؟')

/** Days that depend on when it was said. */
export const RELATIVE_DAYS = wordSet(
  'today tomorrow yesterday tonight heute morgen gestern hoy mañana ayer demain hier',
)

export const FIRST_PERSON = wordSet("i me my mine i'm i've i'd i'll ich mein meine yo mi je mon ma")

/** Said by its sentence anyway, or by nothing. */
export const SILENT_SIGNS = new Set([...'.,;!"\'()[]{}。、，！；：“”«»¡…–—-:*`·'])
/** Chinese and Japanese characters that deny. */
export const NEGATIVE_CHARACTERS = new Set('不没未無无')
