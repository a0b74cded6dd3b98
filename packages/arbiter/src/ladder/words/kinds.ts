/** What is a sort of what, and what somebody does not do for being what they are. */
import { wordMap, wordSet } from './table.ts'

/** Each word to the kind that it is of, for kinds that people say they have none of. */
const KINDS = wordMap(`
pet: dog cat hamster rabbit parrot budgie canary tortoise goldfish horse
sibling: brother sister twin
child: son daughter baby toddler
meat: beef pork chicken steak ham bacon lamb turkey sausage veal
fish: salmon tuna trout cod sushi
dairy: milk cheese butter yoghurt yogurt cream
alcohol: beer wine whisky whiskey vodka gin champagne cocktail
caffeine: coffee espresso
vehicle: car motorbike motorcycle van
spouse: wife husband
instrument: piano guitar violin cello drum flute
sweet: sugar chocolate candy dessert
seafood: shrimp prawn crab lobster oyster mussel
nut: peanut almond walnut hazelnut cashew
`)

export const isOfKind = (member: string, kind: string): boolean =>
  member !== kind && KINDS.get(member) === kind

interface Disposition {
  readonly verbs: ReadonlySet<string>
  readonly kinds: ReadonlySet<string>
}

const disposition = (verbs: string, kinds: string): Disposition => ({
  verbs: wordSet(verbs),
  kinds: wordSet(kinds),
})

/** Who is this does nothing of that; without kinds, nothing at all of what the verb says. */
const DISPOSITIONS: ReadonlyMap<string, Disposition> = new Map([
  ['vegetarian', disposition('eat', 'meat fish seafood')],
  ['pescatarian', disposition('eat', 'meat')],
  ['vegan', disposition('eat drink', 'meat fish seafood dairy')],
  ['teetotaller', disposition('drink', 'alcohol')],
  ['teetotal', disposition('drink', 'alcohol')],
  ['non-smoker', disposition('smoke', '')],
  ['childless', disposition('have', 'child')],
  ['petless', disposition('have', 'pet')],
  ['only child', disposition('have', 'sibling')],
])

/** Whether who is `disposition` does not `verb` any of `object`. */
export function rulesItself(disposition: string, verb: string, object: string): boolean {
  const { verbs, kinds } = DISPOSITIONS.get(disposition) ?? NONE
  return verbs.has(verb) && (kinds.has('') || kinds.has(object) || kinds.has(KINDS.get(object) ?? ''))
}

const NONE = disposition('', '')
