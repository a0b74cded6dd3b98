/** Who is what to whom: nouns of roles, and the verbs that say the same. */
import { wordMap, wordSet } from './table.ts'

/** Roles with one holder, to the name under which they are compared. */
export const ROLES = wordMap(`
manager: boss supervisor
lead: leader head chief
owner:
author: writer
designer:
maintainer:
director:
president:
chair: chairman chairwoman chairperson
ceo:
cto:
cfo:
captain:
mayor:
treasurer:
mother: mum mom
father: dad
wife:
husband:
founder:
inventor:
composer:
painter:
cause:
successor:
predecessor:
buyer:
landlord:
tenant:
employer:
sponsor:
moderator:
organiser: organizer
coordinator:
teacher:
trainer:
mentor:
capital:
`)

/** Verbs whose subject holds a role towards their object: `owns`, `is owned by`. */
export const ROLE_VERBS: ReadonlyMap<string, string> = new Map([
  ['own', 'owner'],
  ['manage', 'manager'],
  ['supervise', 'manager'],
  ['lead', 'lead'],
  ['head', 'lead'],
  ['write', 'author'],
  ['design', 'designer'],
  ['maintain', 'maintainer'],
  ['invent', 'inventor'],
  ['compose', 'composer'],
  ['paint', 'painter'],
  ['cause', 'cause'],
  ['acquire', 'buyer'],
  ['moderate', 'moderator'],
  ['organise', 'organiser'],
  ['organize', 'organiser'],
  ['coordinate', 'coordinator'],
  ['sponsor', 'sponsor'],
  ['chair', 'chair'],
  ['build', 'builder'],
  ['create', 'creator'],
  ['discover', 'discoverer'],
  ['direct', 'director'],
])

/** Verbs with `to` whose object holds a role towards their subject. */
export const ROLE_VERBS_TO: ReadonlyMap<string, string> = new Map([
  ['report', 'manager'],
  ['belong', 'owner'],
])

/** A value of these is said by a verb as well: `X's preference is Y`, `X prefers Y`. */
export const VALUE_VERBS: ReadonlyMap<string, string> = new Map([
  ['prefer', 'preference'],
  ['cost', 'price'],
  ['weigh', 'weight'],
  ['live', 'home'],
  ['base', 'home'],
  ['earn', 'salary'],
  ['last', 'duration'],
  ['expire', 'expiry'],
  ['bear', 'birthday'],
])

/** Nouns of what those verbs say, to the name under which they are compared. */
export const VALUE_NOUNS = wordMap(`
preference:
price: cost
weight:
home: residence hometown
salary:
duration: length
expiry: expiration
birthday: birthdate
`)

/** Others may hold these as well, at the same time. */
export const SHARED_ROLES = wordSet(
  'author founder tenant sponsor teacher trainer mentor organiser coordinator',
)
