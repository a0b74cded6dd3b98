/** The rung for attributes that two sentences say in different ways. */
import { type Comparison, found, type Step, sameSequence } from './comparison.ts'
import type { Claim } from './reading.ts'
import type { Token } from './token.ts'
import { kindOf } from './values.ts'
import { REGIONS } from './words/meanings.ts'
import { SHARED_ROLES } from './words/roles.ts'
import { wordSet } from './words/table.ts'

export const claimed: Step = pair => {
  const [one, other] = [pair.a.claim, pair.b.claim]
  if (one === null || other === null || one.attribute !== other.attribute || !isComparable(pair)) return null
  if (areExchanged(one, other)) return found('contradicts', 0.8, 'order', 'roles exchanged')
  if (!sameSequence(one.owner, other.owner)) return null
  if (sameSequence(one.value, other.value)) return agreed(pair)
  if (!isOfOneTime(pair, one)) return null
  return one.isRole || one.attribute === 'home' ? otherHolder(one, other) : otherValue(one, other)
}

const isComparable = ({ a, b }: Comparison): boolean =>
  a.negations + b.negations === 0 && a.rejected.length + b.rejected.length === 0

/** What was so may not be so now. */
const agreed = ({ a, b, sameTense }: Comparison): ReturnType<Step> =>
  sameTense && a.hedged === b.hedged && a.ended === b.ended
    ? found('same', 0.8, 'attribute', 'same attribute and value')
    : null

const areExchanged = (one: Claim, other: Claim): boolean =>
  one.isRole && sameSequence(one.owner, other.value) && sameSequence(one.value, other.owner)

/** Who made a thing stays so. */
const LASTING = wordSet('designer inventor composer painter cause buyer birthday mother father')

const isOfOneTime = ({ a, b }: Comparison, { attribute }: Claim): boolean =>
  LASTING.has(attribute) || (!a.past && !b.past)

function otherHolder(one: Claim, other: Claim): ReturnType<Step> {
  if (SHARED_ROLES.has(one.attribute) || isRegion(one) !== isRegion(other)) return null
  return areOtherNames(one.value, other.value)
    ? found('contradicts', 0.8, 'attribute', 'holder of a role differs')
    : null
}

function otherValue(one: Claim, other: Claim): ReturnType<Step> {
  const [value, its] = [one.value[0]?.value, other.value[0]?.value]
  if (one.value.length !== 1 || other.value.length !== 1 || !value || !its) return null
  const kind = kindOf(value, its)
  return kind === null || kind.uncertain ? null : found('contradicts', 0.85, 'value', `${kind.name} differ`)
}

/** A city is in a country. */
const isRegion = ({ value }: Claim): boolean => value.some(({ key }) => REGIONS.has(key))

/** Names with a word in common may be of one: `Anna`, `Anna Keller`. */
const areOtherNames = (one: readonly Token[], other: readonly Token[]): boolean =>
  one.every(({ proper }) => proper) &&
  other.every(({ proper }) => proper) &&
  !one.some(({ key }) => other.some(its => its.key === key))
