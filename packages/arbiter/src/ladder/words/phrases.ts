/** Short phrases that mean one word, or a shorter phrase. */
import { wordsOf } from './table.ts'

export type Phrase = readonly [from: readonly string[], to: readonly string[]]

/** Several phrases, one a line, that mean the same. */
const meaning = (to: string, from: string): readonly Phrase[] =>
  from
    .trim()
    .split('\n')
    .map(line => [wordsOf(line), wordsOf(to)])

const SWITCHED = [
  ...meaning('disabled', 'switched off\nturned off'),
  ...meaning('enabled', 'switched on\nturned on'),
  ...meaning('cancelled', 'called off'),
]

/** What `is` says as well, before a name, a value, a place or a date. */
const COPULAS = [
  ...meaning('is', 'takes place\ntake place\nwill take place\nis known as\nis set to\nis configured as'),
  ...meaning('is', 'is planned for\nis scheduled for\nis set for\nis pinned to'),
  ...meaning('are', 'are known as\nare set to\nare planned for\nare scheduled for\nare pinned to'),
  ...meaning('is in', 'is located in\nis situated in'),
  ...meaning('is at', 'is located at\nis situated at'),
  ...meaning('was', 'took place'),
]

const PARTS = [
  ...meaning('has', 'consists of\nis made up of\nis composed of'),
  ...meaning('have', 'consist of\nare made up of'),
]

const DUTIES = [
  ...meaning('must', 'have to\nhas to\nneed to\nneeds to'),
  ...meaning("must needn't", "need not\nneedn't"),
  ...meaning('wants', 'would like'),
  ...meaning('responsible for', 'in charge of'),
]

const AMOUNTS = [
  ...meaning('many', 'a lot of'),
  ...meaning('holds', 'has room for\nhas space for\nhas capacity for'),
  ...meaning('fifteen minutes', 'a quarter of an hour\nquarter of an hour'),
  ...meaning('thirty minutes', 'half an hour'),
  ...meaning('fourteen days', 'a fortnight'),
]

const PERIODS = [
  ...meaning('weekly', 'every week\neach week'),
  ...meaning('daily', 'every day\neach day'),
  ...meaning('monthly', 'every month\neach month'),
  ...meaning('yearly', 'every year\neach year'),
  ...meaning('hourly', 'every hour\neach hour'),
]

/** States that take more than one word; each becomes one of `states.ts`. */
const STATES = [
  ...meaning('parallel', 'in parallel\nat the same time\nat once'),
  ...meaning(
    'sequential',
    'one after another\none after the other\none by one\none at a time\nin sequence\nin series',
  ),
  ...meaning('ongoing', 'in progress\nunder way\nin the works\ngoing ahead\nbeing'),
  ...meaning('punctual', 'on time\non schedule\non track'),
  ...meaning('part-time', 'part time'),
  ...meaning('full-time', 'full time'),
  ...meaning('in-person', 'in person\nface to face\non site'),
  ...meaning('manually', 'by hand'),
  ...meaning('nobody', 'no one'),
  ...meaning('delayed', 'behind schedule\nrunning late'),
  ...meaning('finished', 'over and done'),
  ...meaning('broken', 'out of order\nout of service'),
]

/** Longest first where they share a beginning. */
export const PHRASES: readonly Phrase[] = [
  ...SWITCHED,
  ...COPULAS,
  ...PARTS,
  ...DUTIES,
  ...AMOUNTS,
  ...PERIODS,
  ...STATES,
].sort(([one], [other]) => other.length - one.length)
