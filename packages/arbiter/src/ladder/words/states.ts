/**
 * States that rule each other out. Each line is one question that has one answer, with the answers apart by `|`: words
 * of one answer agree, words of two do not.
 */
import { wordsOf } from './table.ts'

const QUESTIONS = `
done finished complete completed resolved solved fixed merged closed shipped delivered implemented settled over
  | ongoing unfinished incomplete pending unresolved unsolved unfixed unmerged open reopened outstanding planned
    investigate investigated
work working healthy up green passing stable operational ok okay fine fixed repaired reachable online available
  responsive
  | broken unhealthy down red failing fail crash crashing unstable degraded defective faulty unreachable offline
    unavailable dead unresponsive hang
open opened reopened unlocked | closed shut locked sealed
valid current active | expired invalid revoked lapsed cancelled terminated inactive void
accepted approved granted adopted confirmed passed | rejected declined refused denied withdrawn abandoned overruled
  superseded vetoed failed | pending undecided unconfirmed await awaiting
paid settled | unpaid overdue outstanding owed
married | single unmarried divorced widowed engaged
employed work | unemployed retired leave quit resign retire
alive living | dead deceased
punctual | delayed late overdue postponed
full booked | empty vacant deserted
available free vacant unoccupied idle | booked occupied taken busy reserved unavailable
parallel parallelly concurrent concurrently simultaneously | sequential sequentially serial serially consecutively
supported maintained | unsupported deprecated unmaintained abandoned discontinued retired
enabled on active | disabled off inactive
present | absent missing
allowed permitted | forbidden prohibited disallowed
optional voluntary | mandatory required compulsory obligatory
public | private confidential secret internal
free gratis | paid chargeable
clean | dirty
wet | dry
sober | drunk
asleep | awake
guilty | innocent
temporary | permanent
manual manually | automatic automatically automated
part-time | full-time
junior | senior
low | medium | high | critical
beginner | intermediate | advanced | expert
hot | cold
vegetarian | vegan | omnivore | pescatarian
paused suspended halted stopped frozen | run running active ongoing
cancelled scrapped abandoned axed | ongoing confirmed planned
online remote remotely virtual virtually | in-person onsite on-site
left-handed | right-handed
concise brief short terse | detailed verbose long lengthy
formal | informal casual
indoors inside | outdoors outside
upstairs | downstairs
white | black | red | green | blue | yellow | orange | purple | brown | grey | gray | pink
`

interface Answer {
  readonly question: number
  readonly answer: number
}

const answers = new Map<string, Answer[]>()
const questions = QUESTIONS.trim().split(/\n(?! )/)
for (const [question, line] of questions.entries()) {
  for (const [answer, words] of line.split('|').entries()) {
    for (const word of wordsOf(words)) answers.set(word, [...(answers.get(word) ?? []), { question, answer }])
  }
}

/** Whether they answer one question, and otherwise. No two words that agree on one do so: `closed`, `merged`. */
export function statesExclude(one: string, other: string): boolean {
  const known = answers.get(one)
  if (known === undefined) return false
  const others = answers.get(other)
  if (others === undefined) return false
  let excludes = false
  for (const { question, answer } of known) {
    for (const its of others) {
      if (its.question !== question) continue
      if (its.answer === answer) return false
      excludes = true
    }
  }
  return excludes
}

export const isState = (word: string): boolean => answers.has(word)
