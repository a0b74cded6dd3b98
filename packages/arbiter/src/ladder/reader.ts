/** Reads a statement from left to right. */
import { attributeAfter, ownedFirst } from './arrange.ts'
import { type Cue, cueAt, isBe } from './cues.ts'
import { isIgnored } from './ignored.ts'
import { gerundOf, verbOf } from './lemma.ts'
import { POSSESSIVE } from './prepare.ts'
import { readValue } from './read-values.ts'
import { rejectedAt } from './rejected.ts'
import { characterOf, type Token, valued, word } from './token.ts'
import type { Raw } from './tokenise.ts'
import { wordKey } from './word-key.ts'
import {
  BOUNDS,
  NEGATIVE_CHARACTERS,
  PREPOSITIONS,
  SILENT_SIGNS,
  type Tongue,
} from './words/function-words.ts'
import { ATTRIBUTES, UNIQUE_ROLES } from './words/meanings.ts'
import { isState } from './words/states.ts'
import { PASSIVES, verbForm } from './words/verbs.ts'

export class Reader {
  tokens: Token[] = []
  readonly rejected: Token[] = []
  verbAt: number | null = null
  verb: string | null = null
  passive = false
  past = false
  preposition: string | null = null
  negations = 0
  ended = false
  hedged = false
  correcting = false
  uniqueRole = false
  naming = false
  #raws: readonly Raw[]
  #tongue: Tongue
  /** How far a later auxiliary may still correct what was taken for the verb: `the test run is late`. */
  #verbIsGuess = false
  #auxiliary: 'be' | 'have' | 'do' | null = null
  #possessiveAt: number | null = null
  /** Where the noun phrase that is being read began. */
  #phraseAt = 0
  #ofAttribute = false
  /** The one that was passed last, with no word since. */
  #preposition: string | null = null

  constructor(raws: readonly Raw[], tongue: Tongue) {
    this.#raws = raws
    this.#tongue = tongue
  }

  read(): this {
    for (let i = 0; i < this.#raws.length; ) i += this.#step(i)
    this.#turnPossessive()
    this.#liftAttribute()
    return this
  }

  /** The attribute that the subject names, if it names one. */
  get attribute(): string | null {
    if (this.verbAt === null || this.verb !== 'be') return null
    const last = this.tokens.slice(0, this.verbAt).find(({ key }) => ATTRIBUTES.has(key))
    return last?.key ?? (this.#ofAttribute ? '' : null)
  }

  #text(i: number): string {
    return this.#raws[i]?.text ?? ''
  }

  /** Reads what is at `i`, and says how many pieces that was. */
  #step(i: number): number {
    const raw = this.#raws[i]
    if (raw === undefined) return 1
    const cue = cueAt(this.#raws, i, this.#tongue)
    if (cue !== null) return this.#follow(i, cue)
    if (raw.text === 'by' && this.passive) return 1
    const value = readValue(this.#raws, i)
    if (value !== null) {
      this.#pushValue(value.token)
      return value.taken
    }
    if (raw.sort === 'character') this.#pushCharacter(raw.text)
    else if (raw.sort !== 'word') this.#pushSign(i, raw)
    else this.#word(i, raw)
    return 1
  }

  #pushValue(token: Token): void {
    const { value } = token
    if (value?.type === 'quantity' && value.bound !== null) {
      while (BOUNDS.has(this.tokens.at(-1)?.key ?? '')) this.tokens.pop()
    }
    this.tokens.push(value === null ? token : valued(token.key, value, this.#takePreposition()))
    this.#auxiliary = null
  }

  #takePreposition(): string | null {
    const preposition = this.#preposition
    this.#preposition = null
    return preposition
  }

  #pushCharacter(text: string): void {
    if (NEGATIVE_CHARACTERS.has(text)) this.negations += 1
    else this.tokens.push(characterOf(text))
  }

  #pushSign(i: number, raw: Raw): void {
    if (raw.text === '≈' || raw.text === '~') this.hedged = true
    else if (!SILENT_SIGNS.has(raw.text) || (raw.text === '-' && raw.glued && this.#raws[i + 1]?.glued)) {
      this.tokens.push(word(raw.text))
    }
  }

  /** Does what a cue says; how many pieces it took in all. */
  #follow(i: number, { kind, taken }: Cue): number {
    if (kind === 'reject') return this.#reject(i + taken) + taken
    if (kind === 'move') return this.#moving(i)
    if (kind === 'hedge') this.hedged = true
    if (kind === 'correct') this.correcting = true
    if (kind === 'end') this.ended = true
    if (kind === 'negate' || kind === 'end') this.#negate(this.#text(i))
    return taken
  }

  /** In a second clause a negation is of that clause alone: there it is a word like others. */
  #negate(text: string): void {
    const clause = this.tokens.some(
      ({ key }, at) => (key === 'and' || key === 'but') && at > (this.verbAt ?? at),
    )
    if (clause) this.tokens.push(word('not'))
    else if (text === 'without' && this.negations === 1) this.negations = 0
    else if (!/^any|^anymore/.test(text)) this.negations += 1
  }

  /** `moved from A to B` says that it is B, and not A. */
  #moving(i: number): number {
    const from = this.#text(i + 1) === 'from'
    const to = this.#raws.findIndex((raw, at) => at > i && at <= i + MOVING_REACH && raw.text === 'to')
    if (to < 0) return 1
    if (from) this.#reject(i + 2, to)
    const lives = !from && this.#text(i) === 'moved' && this.#auxiliary !== 'be' && !isBe(this.#text(i - 1))
    if (lives) this.tokens.push(word('live'))
    this.#setVerb(lives ? 'live' : 'be', false, this.tokens.length - (lives ? 1 : 0))
    this.past = false
    this.correcting = true
    return to + 1 - i
  }

  /** Takes what follows for what is not so; how many pieces that is. */
  #reject(from: number, end = this.#raws.length): number {
    const { tokens, taken } = rejectedAt(this.#raws, from, end, this.#tongue)
    this.rejected.push(...tokens)
    return taken
  }

  #word(i: number, raw: Raw): void {
    if (raw.text === POSSESSIVE) {
      this.#possess()
      return
    }
    if (raw.text === 'called' && isBe(this.#text(i - 1))) {
      this.naming = true
      return
    }
    if (isIgnored(this.#raws, i, this.#tongue)) {
      this.#pass(raw.text)
      return
    }
    if ((!raw.capital || i === 0) && this.#readVerb(i, raw)) return
    if (this.#text(i - 1) === 'the' && isRole(raw.text) && this.#text(i + 1) === 'of') this.uniqueRole = true
    const key = wordKey(raw, i === 0, this.#tongue)
    this.tokens.push(word(key, raw.capital && i > 0, this.#takePreposition()))
    if (!/(ly|already|still|been)$/.test(raw.text)) this.#auxiliary = null
  }

  #pass(text: string): void {
    if (PREPOSITIONS.has(text)) {
      this.#preposition = text
      const afterVerb = this.verb === 'be' ? this.verbAt : (this.verbAt ?? -2) + 1
      if (afterVerb === this.tokens.length) this.preposition ??= text
      this.#phraseAt = this.tokens.length
      if (this.verbAt === null && /^(of|von|de|del|du)$/.test(text)) this.#ofAttribute = true
    }
  }

  #possess(): void {
    if (this.verbAt === null && this.#possessiveAt === null) this.#possessiveAt = this.tokens.length
  }

  /** True if the word is a verb, and needs no more looking at. */
  #readVerb(i: number, raw: Raw): boolean {
    const form = verbOf(raw.text)
    const gerund = gerundOf(raw.text)
    if (this.#auxiliary !== null && this.verbAt !== null) return this.#afterAuxiliary(raw.text)
    if (form === undefined) {
      if (gerund === undefined || this.negations === 0 || this.verbAt !== null) return false
      return this.#pushVerb(gerund, false)
    }
    const isAuxiliary = form.lemma === 'be' || form.lemma === 'have' || form.lemma === 'do'
    if (isAuxiliary && (this.verbAt === null || this.#verbIsGuess))
      return this.#takeAuxiliary(form.lemma, form.past)
    if (this.verbAt !== null || (this.tokens.length === 0 && i < this.#raws.length - 1 && raw.capital)) {
      if (form.lemma === 'be' || form.lemma === 'do') return true
      this.tokens.push(word(form.past && !isAuxiliary ? raw.text : form.lemma))
      return true
    }
    this.#verbIsGuess = raw.text === form.lemma
    return this.#pushVerb(form.lemma, form.past)
  }

  #takeAuxiliary(lemma: string, past: boolean): boolean {
    const isBeWithout = lemma === 'be' && this.#raws.some(({ text }) => text === 'without')
    this.#setVerb(isBeWithout ? 'have' : lemma, past, this.tokens.length)
    if (lemma === 'have' || isBeWithout) this.tokens.push(word('have'))
    this.#auxiliary = lemma === 'be' ? 'be' : lemma === 'have' ? 'have' : 'do'
    return true
  }

  /** `is written`, `has paid`, `does not live`: the verb is the second one. */
  #afterAuxiliary(text: string): boolean {
    const lemma = gerundOf(text) ?? verbOf(text)?.lemma
    const auxiliary = this.#auxiliary
    if (lemma === 'be') {
      if (auxiliary === 'have') this.#dropHave()
      if (auxiliary === 'have') this.verb = 'be'
      this.#auxiliary = 'be'
      return true
    }
    this.#auxiliary = null
    if (auxiliary === 'be' && isState(text) && verbForm(text) === undefined) return false
    if (auxiliary === 'do') return this.#pushVerb(lemma ?? text, this.past)
    if (lemma === undefined || lemma === text) return false
    if (auxiliary === 'have') {
      this.#dropHave()
      return this.#pushVerb(lemma, false)
    }
    this.passive = gerundOf(text) === undefined
    if (this.passive && !PASSIVES.has(lemma)) {
      this.passive = false
      return false
    }
    return this.#pushVerb(lemma, this.past)
  }

  #dropHave(): void {
    if (this.tokens.at(-1)?.key === 'have') this.tokens.pop()
  }

  #pushVerb(lemma: string, past: boolean): boolean {
    this.#setVerb(lemma, past, this.tokens.length)
    this.tokens.push(word(lemma))
    return true
  }

  #setVerb(lemma: string, past: boolean, at: number): void {
    this.verb = lemma
    this.past = past
    this.verbAt = at
    if (lemma === 'be' || lemma === 'have' || lemma === 'do') this.#verbIsGuess = false
  }

  #turnPossessive(): void {
    const at = this.#possessiveAt
    if (at === null || this.verbAt === null || at > this.verbAt) return
    const from = this.#phraseAt < at ? this.#phraseAt : 0
    this.tokens = ownedFirst(this.tokens, from, at, this.verbAt)
    this.#ofAttribute = true
  }

  #liftAttribute(): void {
    if (this.verb !== 'have' || this.verbAt === null) return
    const at = attributeAfter(this.tokens, this.verbAt)
    if (at === null) return
    this.tokens = this.tokens.filter((_, i) => i !== this.verbAt)
    this.verbAt = at
    this.verb = 'be'
  }
}

/** Pieces between `moved from` and `to`. */
const MOVING_REACH = 8

/** A role of one holder, `oldest` or `older`. */
const isRole = (text: string): boolean => UNIQUE_ROLES.has(text) || /...(er|est)$/.test(text)
