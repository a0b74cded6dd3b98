/** Verbs whose forms are known, and how many values they take at a time. */
import { wordMap, wordSet } from './table.ts'

/** Present forms, to the verb. */
const PRESENT = wordMap(`
be: is are am be been being 's 're 'm ist sind sei es está son est sont
have: has having 've hat haben tiene tienen ai
do: does doing
live: lives living resides reside wohnt lebt vive viven habite habitent vit
work: works working arbeitet trabaja travaille
move: moves moving
base: based
locate: located situated
headquarter: headquartered
host: hosts hosting
prefer: prefers bevorzugt prefiere préfère
cost: costs kostet cuesta coûte
weigh: weighs weighing wiegt pesa pèse
measure: measures
name: named heißt
own: owns owning
manage: manages managing managed leitet dirige
lead: leads leading
report: reports
belong: belongs
use: uses using utilises utilizes utilize employs verwendet benutzt utilise
like: likes liking mag gusta aime
love: loves loving liebt
hate: hates hating
dislike: dislikes disliking
speak: speaks speaking spricht habla parle
visit: visits visiting besucht visita visite
know: knows knowing kennt conoce connaît
buy: buys buying purchase purchases purchased kauft compra achète
play: plays playing spielt juega joue
read: reads reading liest
eat: eats eating isst
want: wants wanting quiere veut
need: needs needing braucht necesita
take: takes taking nimmt toma prend
drink: drinks drinking trinkt bebe boit
smoke: smokes smoking raucht fuma fume
pay: pays paying zahlt paga paie
run: runs running läuft
start: starts starting begins begin beginning beginnt empieza commence
end: ends ending finishes finish endet termina finit
open: opens opening
close: closes closing
leave: leaves leaving departs depart
arrive: arrives arriving
expire: expires expiring
last: lasts lasting dauert dura dure
deliver: delivers delivering
collect: collects collecting
treat: treats treating
support: supports supporting
allow: allows allowing
deny: denies denying
order: orders ordering
listen: listens listening
scale: scales scaling
hold: holds holding
wear: wears wearing
study: studies studying
teach: teaches teaching
drive: drives driving
earn: earns earning verdient gana gagne
sleep: sleeps sleeping
sell: sells selling
travel: travels travelling traveling
fly: flies flying
happen: happens happening
sign: signs signing
merge: merges merging
fix: fixes fixing
fall: falls falling
increase: increases increasing
decrease: decreases decreasing
reach: reaches reaching
choose: chooses choosing pick picks picked select selects selected
send: dispatches dispatched
receive: receives
repair: repairs
remove: removes delete deletes deleted
create: creates
show: displays displayed display
attend: attends attending
serve: serves serving
contain: contains containing
include: includes including
store: stores storing
keep: keeps keeping
turn: turns turning
go: goes going
quit: quits
land: lands
pass: passes
accept: accepts
ask: asks
become: becomes
carry: carries
compile: compiles
connect: connects
depend: depends
describe: describes
enter: enters
exist: exists
expect: expects
fetch: fetches
follow: follows
generate: generates
handle: handles
ignore: ignores
improve: improves
install: installs
invite: invites
join: joins
learn: learns
offer: offers
operate: operates
protect: protects
publish: publishes
reject: rejects
render: renders
replace: replaces
respond: responds
save: saves
seem: seems
solve: solves
stay: stays
throw: throws
validate: validates
wait: waits
walk: walks
inherit: inherits
resolve: resolves
authenticate: authenticates
originate: originates
remain: remains
refuse: refuses
deploy:
exclude: excludes
confirm: confirms
gain: gains
shrink: shrinks
affect: affects
board: boards
meet: meets
resume: resumes
renew: renews
resign: resigns
retire: retires
fail: fails failing
break: breaks
crash: crashes
hang: hangs hung
cause: causes
need: requires require
maintain: maintains
acquire: acquires
design: designs
funcionar: funciona fonctionne funktioniert
`)

/** Past forms, to the verb. A form that is in neither table, and ends in -ed, is a past form of what is left. */
const PAST = wordMap(`
be: was were war waren era estaba était
have: had hatte tenía avait
do: did
own: owned
host: hosted
deny: denied
live: lived resided wohnte lebte vivía habitait
work: worked
move: moved
prefer: preferred
weigh: weighed
lead: led
use: used
speak: spoke spoken
know: knew known
buy: bought
eat: ate eaten
take: took taken
drink: drank
pay: paid
run: ran
start: began begun
leave: left departed
keep: kept
hold: held
wear: wore worn
teach: taught
drive: drove driven
sleep: slept
sell: sold
fly: flew flown
go: went gone
choose: chose chosen
fall: fell fallen
meet: met
say: said
tell: told
think: thought
write: wrote written
win: won
lose: lost
break: broke broken
rise: rose risen
grow: grew grown
build: built
send: sent
give: gave given
get: got
make: made
bear: born geboren nacido
come: came
become: became
see: saw seen
find: found
feel: felt
bring: brought
catch: caught
draw: drew drawn
forget: forgot forgotten
hide: hid hidden
lend: lent
ring: rang
ride: rode ridden
sing: sang sung
sit: sat
spend: spent
stand: stood
steal: stole stolen
swim: swam
throw: threw thrown
understand: understood
wake: woke woken
quit: quit
withdraw: withdrew withdrawn
hear: heard
show: showed shown
speak: spoke
`)

/** Of these one subject has one value at a time. */
export const ONE_VALUED = wordSet(`
  live base locate headquarter host write cost weigh measure bear expire start end close leave arrive last name belong
  earn
`)

/** Of these a subject has as many values as it likes. Others that are not listed count as these, unless numbers differ. */
export const MANY_VALUED = wordSet(`
  like love hate dislike speak visit know use buy play read eat need collect allow deny support contain include
  order attend study teach drink serve treat sell meet say tell fix store own manage
`)

/** Verbs that are said of a date or a time, and of one only. */
export const SCHEDULED = wordSet(`
  start end begin open close leave arrive depart expire last bear launch ship due schedule plan turn
  land board dock resume reopen meet finish deploy publish release lapse renew premiere
`)

/** What something is like, rather than what happened: its past form may still be of one value. */
export const STATIVE = wordSet('be have live cost weigh measure bear last base locate own name')

/** After `is` these are verbs, and not what something is like: `is written in`, but `is closed`. */
export const PASSIVES = wordSet(
  'base locate headquarter host write name bear own schedule manage lead teach treat employ supervise',
)

/** Verbs that mean something else when who does it and who it is done to are exchanged. */
export const DIRECTED = wordSet(
  'manage own lead report belong employ supervise beat contain include precede follow',
)

export interface VerbForm {
  readonly lemma: string
  readonly past: boolean
}

const forms = new Map<string, VerbForm>()
for (const [form, lemma] of PRESENT) forms.set(form, { lemma, past: false })
for (const [form, lemma] of PAST) if (!forms.has(form)) forms.set(form, { lemma, past: form !== lemma })
for (const lemma of new Set(PAST.values())) {
  if (!forms.has(`${lemma}s`)) forms.set(`${lemma}s`, { lemma, past: false })
}

export const verbForm = (word: string): VerbForm | undefined => forms.get(word)

/** Forms that are listed, and are not the verb itself. */
export const irregularForms = (lemma: string): readonly string[] =>
  [...forms].filter(([form, verb]) => verb.lemma === lemma && form !== lemma).map(([form]) => form)
