/** Numbers, months and days by name. A form of one is another one, `seven` and `seventy`: they are compared whole. */
const ENGLISH = `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
 seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion
 half quarter third dozen twice thrice`
const GERMAN = `null zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn
 siebzehn achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend million
 halb viertel dutzend zweimal`
const FRENCH = `zéro deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente
 quarante cinquante soixante cent mille million demi quart douzaine`
const SPANISH = `cero dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince veinte treinta
 cuarenta cincuenta sesenta setenta ochenta noventa cien ciento mil millón medio cuarto docena`

/** `one` joins texts too ("the short one"), and stays a word like others. */
export const FIGURE_NAMES: ReadonlySet<string> = new Set(
  [...[ENGLISH, GERMAN, FRENCH, SPANISH].flatMap(list => list.split(/\s+/)), ...calendarNames()].filter(
    name => name !== 'one',
  ),
)

function calendarNames(): readonly string[] {
  const months = Array.from({ length: 12 }, (_, month) => Date.UTC(2026, month, 15))
  const days = Array.from({ length: 7 }, (_, day) => Date.UTC(2026, 0, 1 + day))
  return ['en', 'de', 'fr', 'es'].flatMap(language =>
    (['long', 'short'] as const).flatMap(length => {
      const month = new Intl.DateTimeFormat(language, { month: length, timeZone: 'UTC' })
      const day = new Intl.DateTimeFormat(language, { weekday: length, timeZone: 'UTC' })
      return [...months.map(at => month.format(at)), ...days.map(at => day.format(at))]
        .map(name => name.toLowerCase().replace(/\.$/, ''))
        .filter(name => name.length > 2)
    }),
  )
}
