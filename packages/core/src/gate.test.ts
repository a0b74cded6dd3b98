import {
  type Claim,
  checkRun,
  decodeEntry,
  type Entry,
  type EntryBytes,
  FolkmootError,
  type LogHead,
  limits,
  type MeshId,
  signedBytes,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import {
  changeBy,
  HandLog,
  type HandLogOptions,
  MembershipLog,
  randomHash,
} from '../../../test/support/hand-log.ts'
import { signerOf } from '../../../test/support/replicas.ts'

const MESH = randomHash('mesh') as string as MeshId
const NOW = 1_700_000_001_000

/** A gate that knows `known` entries of one log and counts `members` as such. */
function gate(known: readonly Entry[] = [], members: readonly string[] = ['ann']) {
  const last = known.at(-1)
  const nodes = members.map(name => signerOf(name).node)
  return {
    mesh: MESH,
    nowMs: NOW,
    head: (log: string): LogHead | undefined => (last?.log === log ? last : undefined),
    hashAt: (_log: string, seq: number) => known[seq]?.hash,
    knows: () => true,
    objection: ({ node }: Claim) => (nodes.includes(node) ? undefined : 'no member'),
    shown: () => undefined,
  }
}

function logOf(name: string, options?: HandLogOptions) {
  const log = new HandLog(MESH, name, options)
  const entries = [log.open()]
  for (let i = 0; i < 3; i++) entries.push(log.next(changeBy(log, [['put', 'content', i]])))
  return { log, entries }
}

const decoded = (run: readonly EntryBytes[]) => run.map(decodeEntry)

function codeOf(check: () => unknown): string {
  try {
    check()
  } catch (error) {
    if (error instanceof FolkmootError) return error.code
    throw error
  }
  return 'passed'
}

describe('[G1] a run is bounded', () => {
  test('an empty run is nothing new', () => {
    expect(checkRun([], gate())).toEqual([])
  })

  test(`it has at most ${limits.RUN_ENTRIES_MAX} entries`, () => {
    const log = new HandLog(MESH, 'ann', { from: NOW - 10_000 })
    const entries = Array.from({ length: limits.RUN_ENTRIES_MAX + 1 }, () => log.next(new Uint8Array([1])))
    expect(codeOf(() => checkRun(decoded(log.run(...entries)), gate()))).toBe('too-large')
    expect(checkRun(decoded(log.run(...entries.slice(0, -1))), gate())).toHaveLength(limits.RUN_ENTRIES_MAX)
  })

  test(`it has at most ${limits.RUN_BYTES_MAX} bytes`, () => {
    const log = new HandLog(MESH, 'ann')
    const payload = new Uint8Array(limits.PAYLOAD_BYTES_MAX)
    const entries = Array.from({ length: Math.ceil(limits.RUN_BYTES_MAX / payload.length) }, () =>
      log.next(payload),
    )
    expect(codeOf(() => checkRun(decoded(log.run(...entries)), gate()))).toBe('too-large')
    expect(codeOf(() => checkRun(decoded(log.run(...entries.slice(0, -1))), gate()))).toBe('passed')
  })
})

test('[G2] its author is a member', () => {
  const { log, entries } = logOf('mal')
  expect(codeOf(() => checkRun(decoded(log.run(...entries)), gate()))).toBe('not-admitted')
  expect(codeOf(() => checkRun(decoded(log.run(...entries)), gate([], ['mal'])))).toBe('passed')
})

test('[G2] the genesis alone needs no member, for it makes the first', () => {
  const log = new MembershipLog(MESH, 'mal')
  const entry = log.next(new Uint8Array([1]))
  expect(codeOf(() => checkRun(decoded(log.run(entry)), gate()))).toBe('not-admitted')
})

test('[G3] it belongs to this mesh', () => {
  const log = new HandLog(randomHash('another mesh') as string as MeshId, 'ann')
  expect(codeOf(() => checkRun(decoded(log.run(log.open())), gate()))).toBe('wrong-mesh')
})

describe('[G4] time', () => {
  test('is not far ahead of our clock', () => {
    const log = new HandLog(MESH, 'ann')
    const late = log.next(new Uint8Array([1]), { at: NOW + limits.CLOCK_AHEAD_MS_MAX + 1 })
    expect(codeOf(() => checkRun(decoded(log.run(late)), gate()))).toBe('clock')
  })

  test('may be a little ahead', () => {
    const log = new HandLog(MESH, 'ann')
    const early = log.next(new Uint8Array([1]), { at: NOW + limits.CLOCK_AHEAD_MS_MAX })
    expect(codeOf(() => checkRun(decoded(log.run(early)), gate()))).toBe('passed')
  })

  test('is refused in the year 5138', () => {
    const log = new HandLog(MESH, 'ann')
    const far = log.next(new Uint8Array([1]), { at: Date.UTC(5138, 0) })
    expect(codeOf(() => checkRun(decoded(log.run(far)), gate()))).toBe('clock')
  })

  test.each([
    ['goes back', { at: NOW - 100_000 }],
    ['stands still', { at: 1_700_000_000_500 }],
  ])('does not stand when it %s within a run', (_, over) => {
    const log = new HandLog(MESH, 'ann')
    const run = [log.open(), log.next(new Uint8Array([1]), over)]
    expect(codeOf(() => checkRun(decoded(log.run(...run)), gate()))).toBe('clock')
  })

  test('does not go back from our head', () => {
    const log = new HandLog(MESH, 'ann')
    const known = [log.open()]
    const next = log.next(new Uint8Array([1]), { at: 5 })
    expect(codeOf(() => checkRun(decoded(log.run(next)), gate(known)))).toBe('clock')
  })

  test('within one millisecond goes on by ticks', () => {
    const log = new HandLog(MESH, 'ann')
    const run = [log.open(), log.next(new Uint8Array([1]), { at: 1_700_000_000_500, tick: 1 })]
    expect(codeOf(() => checkRun(decoded(log.run(...run)), gate()))).toBe('passed')
  })
})

describe('[G5] what others are judged by has its payload', () => {
  const stripped = (bytes: EntryBytes): EntryBytes => ({ ...bytes, payload: null })

  test('an opening without it is refused, not stored for ever', () => {
    const { log, entries } = logOf('ann')
    const [opening, ...rest] = log.run(...entries) as [EntryBytes, ...EntryBytes[]]
    expect(codeOf(() => checkRun(decoded([stripped(opening), ...rest]), gate()))).toBe('malformed')
  })

  test('so is an entry of the membership log', () => {
    const log = new MembershipLog(MESH, 'ann')
    const [first, second] = [log.next(new Uint8Array([1])), log.next(new Uint8Array([2]))]
    const [, bytes] = log.run(first, second) as [EntryBytes, EntryBytes]
    expect(codeOf(() => checkRun(decoded([first.bytes, stripped(bytes)]), gate()))).toBe('malformed')
  })

  test('any other may come without: it may have been erased', () => {
    const { log, entries } = logOf('ann')
    const run = log.run(...entries).map((bytes, i) => (i === 0 ? bytes : stripped(bytes)))
    expect(codeOf(() => checkRun(decoded(run), gate()))).toBe('passed')
  })
})

describe('[G6] it is one unbroken chain that goes on where we are', () => {
  test('a seq left out within the run is refused whole', () => {
    const { log, entries } = logOf('ann')
    const run = decoded(log.run(...entries.filter((_, i) => i !== 2)))
    expect(codeOf(() => checkRun(run, gate()))).toBe('gap')
  })

  test('entries in another order are refused', () => {
    const { log, entries } = logOf('ann')
    const [a, b, c, d] = entries as [Entry, Entry, Entry, Entry]
    expect(codeOf(() => checkRun(decoded(log.run(a, c, b, d)), gate()))).toBe('gap')
  })

  test('entries of two logs are refused', () => {
    const [one, two] = [logOf('ann'), logOf('ann', { incarnation: 1 })]
    const mixed = decoded(one.log.run(one.entries[0] as Entry, two.entries[1] as Entry))
    expect(codeOf(() => checkRun(mixed, gate()))).toBe('gap')
  })

  test('an entry that names another as its predecessor is refused', () => {
    const log = new HandLog(MESH, 'ann')
    const run = [log.open(), log.next(new Uint8Array([1]), { prev: randomHash('x') })]
    expect(codeOf(() => checkRun(decoded(log.run(...run)), gate()))).toBe('gap')
  })

  test('a run that begins after our head is refused until what is missing comes', () => {
    const { log, entries } = logOf('ann')
    const tail = decoded(log.run(...entries.slice(2)))
    expect(codeOf(() => checkRun(tail, gate()))).toBe('gap')
    expect(codeOf(() => checkRun(tail, gate(entries.slice(0, 1))))).toBe('gap')
    expect(checkRun(tail, gate(entries.slice(0, 2)))).toHaveLength(2)
  })

  test('of a run that overlaps only the rest is new', () => {
    const { log, entries } = logOf('ann')
    const run = decoded(log.run(...entries))
    expect(checkRun(run, gate(entries.slice(0, 3))).map(({ seq }) => seq)).toEqual([3])
    expect(checkRun(run, gate(entries))).toEqual([])
  })
})

describe('[G7] two entries at one position are a fork', () => {
  test('another entry at a known position is refused', () => {
    const { entries } = logOf('ann')
    const twin = new HandLog(MESH, 'ann')
    const run = [twin.open(), twin.next(changeBy(twin, [['put', 'content', 'something else']]))]
    expect(codeOf(() => checkRun(decoded(twin.run(...run)), gate(entries)))).toBe('equivocation')
  })

  test('so is one that goes on from another head', () => {
    const { entries } = logOf('ann')
    const log = new HandLog(MESH, 'ann')
    const forked = log.next(new Uint8Array([1]), { seq: 4, prev: randomHash('a head we do not have') })
    expect(codeOf(() => checkRun(decoded(log.run(forked)), gate(entries)))).toBe('equivocation')
  })
})

describe('[G8] one signature covers the run', () => {
  test('an unsigned run is refused', () => {
    const { entries } = logOf('ann')
    const run = decoded(entries.map(({ bytes }) => bytes))
    expect(codeOf(() => checkRun(run, gate()))).toBe('forged')
  })

  test('a signature by another member is refused', () => {
    const { log, entries } = logOf('ann')
    const last = entries.at(-1) as Entry
    const signature = signerOf('bob').sign(signedBytes(last.hash))
    const run = decoded([...log.run(...entries).slice(0, -1), { ...last.bytes, signature }])
    expect(codeOf(() => checkRun(run, gate([], ['ann', 'bob'])))).toBe('forged')
  })

  test('a signature of another entry is refused', () => {
    const { log, entries } = logOf('ann')
    const [first, second] = entries as [Entry, Entry]
    const borrowed = { ...second.bytes, signature: log.signed(first).signature }
    expect(codeOf(() => checkRun(decoded([first.bytes, borrowed]), gate()))).toBe('forged')
  })

  test('one flipped bit is refused', () => {
    const { log, entries } = logOf('ann')
    const run = log.run(...entries)
    const signature = Uint8Array.from(run.at(-1)?.signature ?? [])
    signature[7] = (signature[7] ?? 0) ^ 1
    const last = { ...(run.at(-1) as EntryBytes), signature }
    expect(codeOf(() => checkRun(decoded([...run.slice(0, -1), last]), gate()))).toBe('forged')
  })

  test('signatures before the last are not looked at, and so not kept', () => {
    const { log, entries } = logOf('ann')
    const junk = new Uint8Array(64)
    const run = log.run(...entries).map(bytes => ({ ...bytes, signature: bytes.signature ?? junk }))
    const kept = checkRun(decoded(run), gate()).map(({ bytes }) => bytes.signature)
    expect(kept).toEqual([null, null, null, run.at(-1)?.signature])
  })

  test('it is asked for only if something is new', () => {
    const { entries } = logOf('ann')
    expect(checkRun(decoded(entries.map(({ bytes }) => bytes)), gate(entries))).toEqual([])
  })
})
