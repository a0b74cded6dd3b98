/**
 * Words that a merged text may have of its own, because texts cannot be joined without them. Closed classes only:
 * conjunctions, articles, prepositions, forms of to be and to have, pronouns for what was named. None denies, allows,
 * orders or counts anything: `not`, `no`, `only`, `must`, `may` and `all` have to come from the candidates.
 */
const ENGLISH = `a an the and or but while whereas although though because so also too as at by for from in into of on
 onto over under to with within between during since until till after before about than then when where which who whom
 whose that this these those it its he she they them their his her is are was were be been being has have had having
 one ones other another both each respectively`
const GERMAN = `der die das den dem des ein eine einen einem einer eines und oder aber während obwohl weil sowie auch
 als am an auf aus bei bis durch für im in mit nach seit über um unter von vom vor zu zum zur wenn wo dass dies diese
 dieser dieses es er sie ihr sein seine ihre ist sind war waren hat haben hatte hatten beide jeweils`
const FRENCH = `le la les l un une des du de d et ou mais pendant que qui dont où quand lorsque comme à au aux en dans
 par pour sur sous avec depuis avant après entre est sont était étaient a ont avait avaient il elle ils elles son sa
 ses leur leurs ce cet cette ces aussi`
const SPANISH = `el la los las un una unos unas y e o u pero mientras aunque porque que quien cuyo donde cuando como a
 al de del en por para con desde hasta antes después entre es son era eran fue fueron ha han había su sus este esta
 estos estas también`

/** Circumstances of a general kind: what a condition is made of besides the words of the case. */
const CIRCUMSTANCES = `if when whenever while during before after since until now then earlier later formerly
 previously currently usually normally generally otherwise always sometimes today past present future former current
 case cases time times date day days week weeks weekday weekdays weekend weekends month months year years morning
 mornings afternoon evening evenings night nights work home travel travelling traveling trip trips holiday holidays
 short long new old first last personal professional business private public formal informal daily weekly monthly
 yearly spring summer autumn winter`

export const CONNECTING_WORDS: ReadonlySet<string> = wordSet(ENGLISH, GERMAN, FRENCH, SPANISH)
export const CONDITION_WORDS: ReadonlySet<string> = wordSet(ENGLISH, GERMAN, FRENCH, SPANISH, CIRCUMSTANCES)

function wordSet(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.flatMap(list => list.split(/\s+/)))
}
