/** What may be done, must be done, or must not: `never reboot it`, `it is fine to reboot it`, `it may be rebooted`. */
import { found, type Step } from './comparison.ts'
import type { Duty } from './reading.ts'
import { stemOf } from './stem.ts'
import type { Raw } from './tokenise.ts'
import { DUTY_CUES, FORBIDDING, OBLIGING, PERMITTING } from './words/duties.ts'
import { wordSet } from './words/table.ts'

const DENYING = wordSet("not n't never")
/** What is neither said to be done nor to what. */
const SILENT = wordSet(`
  the a an to it is are be been being there you we one anyone everyone people do does please in at on for of by that this these
  those will perfectly absolutely strictly explicitly ever any not n't never no it's , . ! ; feel free
`)

/** Null if it says nothing of the kind. */
export function dutyOf(raws: readonly Raw[], verb: string | null): Duty | null {
  const force = forceOf(raws, verb)
  if (force === null) return null
  const action = raws
    .filter(({ text }) => !SILENT.has(text) && !DUTY_CUES.has(text))
    .map(({ text, sort }) => (sort === 'word' ? stemOf(text) : text))
  return action.length === 0 ? null : { force, action: action.sort().join(' ') }
}

function forceOf(raws: readonly Raw[], verb: string | null): Duty['force'] | null {
  const first = raws[0]?.text ?? ''
  if (first === 'no') return verb === null ? 'forbid' : null
  const isDenied = raws.some(({ text }) => DENYING.has(text))
  const said = raws.find(({ text }) => PERMITTING.has(text) || FORBIDDING.has(text) || OBLIGING.has(text))
  if (said === undefined) return isDenied && (first === 'never' || first === 'do') ? 'forbid' : null
  if (raws.some(({ text }) => text === "needn't" || text === 'optional')) return isDenied ? null : 'exempt'
  if (FORBIDDING.has(said.text)) return isDenied ? 'permit' : 'forbid'
  if (PERMITTING.has(said.text)) return isDenied ? 'forbid' : 'permit'
  return isDenied ? (/^(must|should)$/.test(said.text) ? 'forbid' : 'exempt') : 'oblige'
}

/** Which of two says about one action that the other cannot hold. */
const RULED_OUT: { readonly [force in Duty['force']]: readonly Duty['force'][] } = {
  forbid: ['permit', 'oblige'],
  permit: ['forbid'],
  oblige: ['forbid', 'exempt'],
  exempt: ['oblige'],
}

export const dutiesDiffer: Step = ({ a, b }) => {
  if (a.duty === null || b.duty === null || a.duty.action !== b.duty.action || a.past !== b.past) return null
  return RULED_OUT[a.duty.force].includes(b.duty.force)
    ? found('contradicts', 0.85, 'polarity', 'allowed and forbidden')
    : null
}
