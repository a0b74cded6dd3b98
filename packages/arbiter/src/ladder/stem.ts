import { gerundOf, nounOf, verbOf } from './lemma.ts'

/** What a word is a form of, whether it is a noun or a verb: `rebooted`, `reboots` and `rebooting` are `reboot`. */
export const stemOf = (text: string): string => {
  const stem = verbOf(text)?.lemma ?? gerundOf(text) ?? nounOf(text)
  return stem.length > 4 && stem.endsWith('e') ? stem.slice(0, -1) : stem
}
