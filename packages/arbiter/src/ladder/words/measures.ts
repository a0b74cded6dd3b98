/** Numbers, units and the calendar. */
import { wordMap, wordsOf } from './table.ts'

const words = new Map<string, number>()
const list = (text: string, from: number, step = 1) =>
  wordsOf(text).forEach((word, i) => {
    words.set(word, from + i * step)
  })
list('zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen', 0)
list('sixteen seventeen eighteen nineteen', 16)
list('twenty thirty forty fifty sixty seventy eighty ninety hundred', 20, 10)
list('zwei drei vier fünf sechs sieben acht neun zehn elf zwölf', 2)
list('dos tres cuatro cinco seis siete ocho nueve diez once', 2)
list('deux trois quatre cinq six sept huit neuf dix', 2)
words.set('dozen', 12)
words.set('thousand', 1000)
words.set('million', 1_000_000)
words.delete('once')
export const NUMBER_WORDS: ReadonlyMap<string, number> = words

export const ORDINAL_WORDS: ReadonlyMap<string, number> = new Map(
  wordsOf('first second third fourth fifth sixth seventh eighth ninth tenth').map((word, i) => [word, i + 1]),
)

export const SUFFIXES: ReadonlyMap<string, number> = new Map([
  ['k', 1000],
  ['thousand', 1000],
  ['m', 1_000_000],
  ['million', 1_000_000],
  ['bn', 1_000_000_000],
  ['billion', 1_000_000_000],
  ['hundred', 100],
  ['dozen', 12],
])

export interface Unit {
  readonly dimension: string
  /** How many of the dimension's smallest unit. */
  readonly factor: number
}

const units = new Map<string, Unit>()
const unit = (dimension: string, factor: number, names: string) =>
  wordsOf(names).forEach(name => {
    units.set(name, { dimension, factor })
  })
unit('time', 1, 'ms millisecond milliseconds millis')
unit('time', 1000, 's sec secs second seconds sekunde sekunden segundos secondes')
unit('time', 60_000, 'min mins minute minutes minuten minutos')
unit('time', 3_600_000, 'h hr hrs hour hours stunde stunden horas heures')
unit('time', 86_400_000, 'd day days tag tage tagen días jours')
unit('time', 604_800_000, 'week weeks woche wochen semanas semaines')
unit('month', 1, 'month months monat monate meses mois')
unit('month', 12, 'year years jahr jahre años ans')
unit('length', 1, 'mm millimetre millimetres millimeter millimeters')
unit('length', 10, 'cm centimetre centimetres centimeter centimeters')
unit('length', 1000, 'metre metres meter meters')
unit('length', 1_000_000, 'km kilometre kilometres kilometer kilometers')
unit('length', 1_609_344, 'mile miles mi')
unit('length', 25.4, 'inch inches')
unit('mass', 1, 'mg milligram milligrams')
unit('mass', 1000, 'g gram grams gramm')
unit('mass', 1_000_000, 'kg kilo kilos kilogram kilograms')
unit('bytes', 1, 'b byte bytes')
unit('bytes', 1024, 'kb kib kilobytes')
unit('bytes', 1024 ** 2, 'mb mib megabytes')
unit('bytes', 1024 ** 3, 'gb gib gigabytes')
unit('bytes', 1024 ** 4, 'tb tib terabytes')
unit('percent', 1, '% percent prozent')
unit('volume', 1, 'ml millilitre millilitres milliliter milliliters')
unit('volume', 1000, 'litre litres liter liters')
unit('eur', 1, '€ eur euro euros')
unit('usd', 1, '$ usd dollar dollars')
unit('gbp', 1, '£ gbp pound pounds')
unit('chf', 1, 'chf franc francs')
unit('yen', 1, '¥ jpy yen')
unit('times', 1, 'times mal veces fois')
/** Units of one letter: only where they follow a number. `m` is a metre there, unless money says that it is a million. */
unit('length', 1000, 'm')
export const UNITS: ReadonlyMap<string, Unit> = units

/** Written before the amount as well as after it. */
export const CURRENCY_SIGNS = new Set(['€', '$', '£', '¥', 'eur', 'usd', 'gbp', 'chf', 'jpy'])

const months = wordMap(`
1: january jan januar enero janvier
2: february feb februar febrero février
3: march mar märz marzo mars
4: april apr abril avril
5: may mai mayo
6: june jun juni junio juin
7: july jul juli julio juillet
8: august aug agosto août
9: september sep sept septiembre septembre
10: october oct oktober octubre octobre
11: november nov noviembre novembre
12: december dec dezember diciembre décembre
`)
export const MONTH_WORDS: readonly string[] = [...months.keys()]
export const monthOf = (word: string): number | undefined =>
  /^\d/.test(word) ? undefined : toNumber(months.get(word))

const weekdays = wordMap(`
1: monday mon montag lunes lundi
2: tuesday tue tues dienstag martes mardi
3: wednesday wed mittwoch miércoles mercredi
4: thursday thu thurs donnerstag jueves jeudi
5: friday fri freitag viernes vendredi
6: saturday sat samstag sábado samedi
7: sunday sun sonntag domingo dimanche
1s: mondays
2s: tuesdays
3s: wednesdays
4s: thursdays
5s: fridays
6s: saturdays
7s: sundays
`)
export const WEEKDAY_WORDS: readonly string[] = [...weekdays.keys()]
/** `1` to `7` from Monday on; with an `s` for each of its days. */
export const weekdayOf = (word: string): string | undefined =>
  /^\d/.test(word) ? undefined : weekdays.get(word)

const toNumber = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text)
