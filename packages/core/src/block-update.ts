/**
 * What a Yjs update says of one plain text: runs of characters and ranges that are deleted. Read and written here, in
 * Yjs's own format (v1), so that no byte from a peer reaches Yjs: it gets what was understood, written again. What a
 * text does not need (formats, embeds, maps, sub-documents, gaps, a client named twice) cannot be said.
 */
import { concatBytes, utf8 } from './bytes.ts'
import { MalformedError } from './errors.ts'
import { BLOCK_CLOCK_ADVANCE_MAX, BLOCK_DELETES_MAX } from './limits.ts'

/** The name of the text in its Yjs document: what an editor binds to. */
export const BLOCK_TEXT_NAME = 'content'

/** A character's name: which one of those that a Yjs client typed. */
export interface CharacterId {
  readonly client: number
  readonly clock: number
}

export interface CharacterRange extends CharacterId {
  readonly length: number
}

/** Characters that one client typed in a row: what Yjs calls an item. */
export interface Run extends CharacterRange {
  /** What stood before and after them when they were typed; null for the start or the end. */
  readonly left: CharacterId | null
  readonly right: CharacterId | null
  /** Null if the characters were deleted, and forgotten, before the update was made. */
  readonly text: string | null
}

export interface BlockUpdate {
  /** Each client's runs stand together and follow one another without a gap. */
  readonly runs: readonly Run[]
  readonly deleted: readonly CharacterRange[]
}

const HAS_LEFT = 0x80
const HAS_RIGHT = 0x40
const KIND = 0x3f
const DELETED = 1
const STRING = 4
const NAMED_PARENT = 1

/** @throws MalformedError for anything but changes of one plain text */
export function decodeBlockUpdate(bytes: Uint8Array): BlockUpdate {
  const input = new Input(bytes)
  const runs: Run[] = []
  const clients = new Set<number>()
  let typed = 0
  for (let sections = input.number(); sections > 0; sections--) {
    const count = input.number()
    const client = input.number()
    let clock = input.number()
    if (clients.has(client)) throw new MalformedError('an update names a client twice')
    clients.add(client)
    for (let i = 0; i < count; i++) {
      const run = readRun(input, client, clock)
      typed += run.length
      if (typed > BLOCK_CLOCK_ADVANCE_MAX) throw new MalformedError('an update types too much')
      clock += run.length
      runs.push(run)
    }
  }
  const deleted: CharacterRange[] = []
  for (let sections = input.number(); sections > 0; sections--) {
    const client = input.number()
    for (let count = input.number(); count > 0; count--) {
      if (deleted.length >= BLOCK_DELETES_MAX) throw new MalformedError('an update deletes too many ranges')
      deleted.push(inBounds({ client, clock: input.number(), length: input.number() }))
    }
  }
  if (!input.isAtEnd) throw new MalformedError('an update ends early')
  return { runs, deleted }
}

export function encodeBlockUpdate({ runs, deleted }: BlockUpdate): Uint8Array {
  const out: Uint8Array[] = []
  const put = (...numbers: readonly number[]) => out.push(new Uint8Array(numbers.flatMap(variable)))
  const runsByClient = Map.groupBy(runs, run => run.client)
  put(runsByClient.size)
  // Yjs writes higher clients first: its merge is faster so.
  for (const [client, own] of [...runsByClient].sort(([a], [b]) => b - a)) {
    put(own.length, client, own[0]?.clock ?? 0)
    for (const { left, right, text, length } of own) {
      const kind = text === null ? DELETED : STRING
      out.push(new Uint8Array([kind | (left === null ? 0 : HAS_LEFT) | (right === null ? 0 : HAS_RIGHT)]))
      if (left !== null) put(left.client, left.clock)
      if (right !== null) put(right.client, right.clock)
      if (left === null && right === null) out.push(new Uint8Array([NAMED_PARENT]), written(BLOCK_TEXT_NAME))
      if (text === null) put(length)
      else out.push(written(text))
    }
  }
  const deletedByClient = Map.groupBy(deleted, range => range.client)
  put(deletedByClient.size)
  for (const [client, ranges] of deletedByClient) {
    put(client, ranges.length)
    for (const { clock, length } of ranges) put(clock, length)
  }
  return concatBytes(...out)
}

export function isSameCharacter(a: CharacterId | null, b: CharacterId | null): boolean {
  return a === b || (a !== null && b !== null && a.client === b.client && a.clock === b.clock)
}

/** What stands left of a run's character: the one typed before it, or for the first, what the run names. */
export function leftAt(run: Run, clock: number): CharacterId | null {
  return clock === run.clock ? run.left : { client: run.client, clock: clock - 1 }
}

/** The part of a run from `clock` on; undefined if nothing is left. */
export function runFrom(run: Run, clock: number): Run | undefined {
  const skipped = clock - run.clock
  if (skipped <= 0) return run
  if (skipped >= run.length) return undefined
  const rest = run.text === null ? null : run.text.slice(skipped)
  return { ...run, clock, length: run.length - skipped, left: leftAt(run, clock), text: rest }
}

function readRun(input: Input, client: number, clock: number): Run {
  const info = input.byte()
  const left = (info & HAS_LEFT) === 0 ? null : { client: input.number(), clock: input.number() }
  const right = (info & HAS_RIGHT) === 0 ? null : { client: input.number(), clock: input.number() }
  if (left === null && right === null) {
    if (input.number() !== NAMED_PARENT || input.text() !== BLOCK_TEXT_NAME)
      throw new MalformedError(`only the text named ${BLOCK_TEXT_NAME} can be changed`)
  }
  const kind = info & KIND
  if (kind !== STRING && kind !== DELETED) throw new MalformedError('only plain text can be typed')
  const text = kind === STRING ? input.text() : null
  return inBounds({ client, clock, left, right, text, length: text?.length ?? input.number() })
}

function inBounds<Range extends CharacterRange>(range: Range): Range {
  if (range.length < 1 || !Number.isSafeInteger(range.clock + range.length))
    throw new MalformedError('a range is out of bounds')
  return range
}

/** A number in groups of seven bits, lowest first; up to 2^53 - 1, so without bit operations. */
function variable(value: number): number[] {
  const groups: number[] = []
  let rest = value
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) groups.push((rest % 0x80) | 0x80)
  groups.push(rest)
  return groups
}

function written(text: string): Uint8Array {
  const bytes = utf8(text)
  return concatBytes(new Uint8Array(variable(bytes.length)), bytes)
}

class Input {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new MalformedError('not a Yjs update')
    return byte
  }

  number(): number {
    let value = 0
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (value > Number.MAX_SAFE_INTEGER) throw new MalformedError('a number is out of bounds')
      if (byte < 0x80) return value
    }
  }

  text(): string {
    const length = this.number()
    const bytes = this.#bytes.subarray(this.#at, this.#at + length)
    if (bytes.length < length) throw new MalformedError('not a Yjs update')
    this.#at += length
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    } catch {
      throw new MalformedError('a text is not UTF-8')
    }
  }
}
