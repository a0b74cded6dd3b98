/** Words that mean the same, words that mean the opposite, and words of which mostly one holds. */
import { statesExclude } from './states.ts'
import { wordMap, wordSet, wordsOf } from './table.ts'

export const SYNONYMS = wordMap(`
favorite: favourite
color: colour
child: children kid kids
enabled: activated
disabled: deactivated
forbidden: prohibited banned
allowed: permitted
cancelled: canceled
dead: deceased
phone: telephone
mail: email e-mail
company: firm
photo: photograph picture
begin: commence
error: failure
increase: increased increases rise rose risen rises grew grow grows
decrease: decreased decreases drop dropped drops fell fall shrank
large: big
larger: bigger
small: little
smaller: littler
quick: fast
quicker: faster
production: prod
development: dev
database: db
repository: repo
weekly: wöchentlich
month: monat
person: people
programme: program
programme: program
licence: license
configuration: config
application: app
authentication: auth
environment: env
documentation: docs
administrator: admin
kubernetes: k8s
postgres: postgresql
javascript: js
typescript: ts
specification: spec
information: info
meeting: mtg
department: dept
organisation: organization
`)

/** What is not the one is the other. */
const COMPLEMENTS = `
open closed
enabled disabled
online offline
alive dead
stable unstable
prepared unprepared
reachable unreachable
available unavailable
valid invalid
complete incomplete
encrypted unencrypted
public private
present absent
true false
allowed forbidden
on off
geöffnet geschlossen
offen geschlossen
abierto cerrado
ouvert fermé
possible impossible
`

/** Both cannot hold, though neither may. */
const CONTRARIES = `
up down
high low
higher lower
full empty
increase decrease
before after
hot cold
warm cold
early late
earlier later
first last
short long
shorter longer
large small
larger smaller
quick slow
quicker slower
cheap expensive
cheaper dearer
like dislike
like hate
love hate
love dislike
allow deny
allow block
permit deny
start stop
accept reject
accepted rejected
approve reject
approved rejected
pass fail
passed failed
win lose
won lost
manual automatic
happy unhappy
strong weak
light dark
public secret
always never
inside outside
above below
left right
minimum maximum
more less
more fewer
best worst
oldest youngest
largest smallest
biggest smallest
tallest shortest
longest shortest
highest lowest
fastest slowest
rise fall
grow shrink
gain lose
confirm deny
older younger
taller shorter
heavier lighter
better worse
safe dangerous
healthy ill
healthy sick
buy sell
add remove
upgrade downgrade
include exclude
lock unlock
locked unlocked
mandatory optional
required optional
sync async
synchronous asynchronous
wired wireless
single married
busy free
success failure
`

const opposites = new Map<string, { readonly complement: boolean }>()
for (const [lines, complement] of [
  [COMPLEMENTS, true],
  [CONTRARIES, false],
] as const) {
  for (const line of lines.trim().split('\n')) {
    const [one = '', other = ''] = wordsOf(line)
    opposites.set(`${one} ${other}`, { complement })
    opposites.set(`${other} ${one}`, { complement })
  }
}

const CONTRARY = { complement: false }

/** Prefixes that turn a word round; what they make is at least a contrary. */
const TURNING = ['un', 'in', 'im', 'ir', 'dis', 'non', 'non-']

/** Whether two words are opposites, and of which sort; undefined if they are none. */
export function oppositeOf(one: string, other: string): { readonly complement: boolean } | undefined {
  const listed = opposites.get(`${one} ${other}`)
  if (listed !== undefined) return listed
  if (statesExclude(one, other)) return CONTRARY
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  const turned = short.length >= 4 && long.endsWith(short) && TURNING.includes(long.slice(0, -short.length))
  return turned ? CONTRARY : undefined
}

/** Of each line mostly one holds where there is room for one. */
const rivals = wordMap(`
drink: tea coffee water juice cocoa beer wine milk kaffee tee
seat: aisle window
theme: dark light
time: morning afternoon evening night noon
tongue: english turkish german french spanish chinese dutch polish italian portuguese japanese korean russian
packager: npm pnpm yarn bun
indent: tabs spaces tab space
language: rust go python java typescript javascript kotlin swift ruby
format: yaml toml json xml
editor: vim emacs nano vscode
diet: vegetarian vegan pescatarian omnivore
meet: remotely person
pay: invoice card cash cheque transfer
ride: bike bus train tram car foot
casing: snake_case kebab-case camelcase pascalcase snake-case camel-case
coin: usd eur gbp chf jpy dollars euros pounds
metric: metric imperial celsius fahrenheit
fuel: diesel petrol electricity gasoline hydrogen
`)
const rivalNames = wordSet(
  'drink seat theme time tongue packager indent language format editor diet meet pay ride fuel casing coin',
)

/** Of these there is room for one even where somebody uses them. */
const EXCLUSIVE = new Set(['indent', 'casing', 'theme', 'metric', 'packager'])
export const areExclusive = (one: string, other: string): boolean =>
  areRivals(one, other) && EXCLUSIVE.has(rivals.get(one) ?? '')

export function areRivals(one: string, other: string): boolean {
  const group = rivals.get(one)
  return group !== undefined && group === rivals.get(other) && !rivalNames.has(one) && !rivalNames.has(other)
}

/** Nouns that name an attribute of which a subject has one. */
export const ATTRIBUTES = wordSet(`
  address age alias author birthday blood branch budget capital captain ceo cto cfo code colour color command contact
  cost country currency date deadline default director domain editor edition email firmware gearbox head home hometown
  hostname id job language lead leader limit location mail maintainer manager maximum minimum mode model name nickname
  number owner password path phone plan port price priority region registrar role salary schedule size state status
  surname theme timeout timezone title type url username value version weight width height length zone provider payday
  mentor supervisor president boss spouse wife husband employer headquarters
  rent fee deposit wage quota interval frequency threshold ttl capacity speed temperature grade rating rank score winner
  diagnosis encoding charset protocol algorithm runtime os locale licence font severity stage phase destination origin
  venue supplier vendor carrier bucket namespace cluster prefix suffix extension nationality religion gender profession
  occupation team department school university diet shift dose dosage format
  cause default favourite primary preferred official final
`)

/** Roles of which there is one holder: `X is the lead of Y`. */
export const UNIQUE_ROLES = wordSet(`
  lead leader head owner manager director ceo cto cfo captain author maintainer president boss contact editor chair
  supervisor mayor treasurer
`)

/** Where and when: two statements that differ in one of these, and in something else, are of different cases. */
export const QUALIFIERS = wordSet(`
  staging production development test testing canary local remote morning afternoon evening night noon midnight winter
  summer spring autumn fall weekday weekend weekdays weekends daytime lunch breakfast dinner north south east west
  last next previous current former old new first second third holiday holidays
`)

/** Places that other places are in. */
export const REGIONS = wordSet(`
  africa america asia europe oceania antarctica scandinavia balkans bavaria catalonia california texas florida scotland
  england wales andalusia provence tuscany ontario quebec eu usa us uk uae
  argentina australia austria bangladesh belgium brazil bulgaria canada chile china colombia croatia cuba cyprus
  czechia denmark egypt estonia ethiopia finland france germany ghana greece hungary iceland india indonesia iran iraq
  ireland israel italy japan kenya latvia lithuania luxembourg malaysia malta mexico morocco nepal netherlands nigeria
  norway pakistan peru philippines poland portugal romania russia serbia singapore slovakia slovenia spain sweden
  switzerland taiwan tanzania thailand tunisia turkey uganda ukraine uruguay venezuela vietnam
  deutschland österreich schweiz frankreich spanien italien europa españa francia alemania france allemagne espagne
`)
