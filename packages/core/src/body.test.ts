import {
  type Body,
  type DocumentId,
  decodeBody,
  decodeCanonical,
  type EntryHash,
  encodeBody,
  encodeCanonical,
  FolkmootError,
  fromHex,
  limits,
  MalformedError,
  type Op,
  TooLargeError,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { GOLDEN_BODIES } from '../../../test/support/golden.ts'
import { randomHash } from '../../../test/support/hand-log.ts'

/** A golden body as a map, with fields of it another. */
const withFields = (type: string, fields: Record<string, unknown>) =>
  encodeCanonical({ ...(decodeCanonical(encodeBody(GOLDEN_BODIES[type] as Body)) as object), ...fields })
const withOps = (...ops: readonly unknown[]) => withFields('change', { ops })
const bytes = (length: number) => new Uint8Array(length)

describe.each(Object.keys(GOLDEN_BODIES))('[B1] the fields of %s', type => {
  const whole = decodeCanonical(encodeBody(GOLDEN_BODIES[type] as Body)) as Record<string, unknown>
  const optional = ['key', 'why', 'ticket']

  test('none may be missing, but for those that need not be there', () => {
    for (const field of Object.keys(whole)) {
      const { [field]: _, ...rest } = whole
      const read = () => decodeBody(encodeCanonical(rest))
      if (optional.includes(field) && type !== 'invite') expect(read).not.toThrow()
      else expect(read, field).toThrow(MalformedError)
    }
  })

  test.each(['extra', 'constructor', 'toString'])('none may be added: %s', extra => {
    expect(() => decodeBody(encodeCanonical({ ...whole, [extra]: 1 }))).toThrow(MalformedError)
  })

  test('none may be of another kind', () => {
    for (const field of Object.keys(whole)) {
      for (const value of [null, true, -1, 1.5, 'X', '', [], [null], {}, bytes(7)]) {
        const isFine =
          (['name', 'agent', 'key', 'scope'].includes(field) &&
            typeof value === 'string' &&
            (value !== '' || field === 'scope')) ||
          (field === 'update' && value instanceof Uint8Array) ||
          (field === 'deps' && Array.isArray(value) && value.length === 0) ||
          (field === 'why' && JSON.stringify(value) === '{}')
        if (isFine) continue
        const read = () => decodeBody(encodeCanonical({ ...whole, [field]: value }))
        expect(read, `${field}: ${JSON.stringify(value)}`).toThrow(MalformedError)
      }
    }
  })
})

describe('[B3] operations', () => {
  test.each([
    ['no operation', []],
    ['an unknown one', [['del', 'content']]],
    ['one with too little', [['put', 'content']]],
    ['one with too much', [['end', 'content', 1]]],
    ['one that is no array', ['put']],
    ['an element that is no text', [['add', 'tags', 1]]],
    ['an empty element', [['add', 'tags', '']]],
    ['a value that is bytes', [['put', 'content', bytes(1)]]],
    ['a value that holds bytes', [['put', 'content', { in: [bytes(1)] }]]],
    [
      'two values for one register',
      [
        ['put', 'content', 1],
        ['put', 'content', 2],
      ],
    ],
    [
      'a value and an end',
      [
        ['put', 'content', 1],
        ['end', 'content'],
      ],
    ],
    [
      'one element added and cut',
      [
        ['add', 'tags', 'a'],
        ['cut', 'tags', 'a'],
      ],
    ],
    [
      'two settlements of one register',
      [
        ['settle', 'content', {}],
        ['settle', 'content', {}],
      ],
    ],
  ])('%s says nothing', (_, ops) => {
    expect(() => decodeBody(withOps(...ops))).toThrow(MalformedError)
  })

  test('a register, its settlement and a set of one name are different places', () => {
    const ops: Op[] = [
      ['put', 'tags', 1],
      ['settle', 'tags', {}],
      ['add', 'tags', 'a'],
      ['add', 'tags', 'b'],
    ]
    expect(decodeBody(withOps(...ops))).toMatchObject({ ops })
  })

  test(`at most ${limits.OPS_MAX}`, () => {
    const ops = Array.from({ length: limits.OPS_MAX }, (_, i) => ['add', 'tags', `t${i}`])
    expect(() => decodeBody(withOps(...ops))).not.toThrow()
    expect(() => decodeBody(withOps(...ops, ['end', 'content']))).toThrow(MalformedError)
  })
})

test('[B4] a name is a lower-case word of at most 32 letters and digits', () => {
  for (const name of ['a', 'content', 'validFrom', `a${'b'.repeat(31)}`]) {
    expect(() => decodeBody(withOps(['end', name]))).not.toThrow()
  }
  for (const name of [
    '',
    'A',
    '1a',
    'a-b',
    'a/b',
    '~a',
    'é',
    `a${'b'.repeat(32)}`,
    'constructor',
    'valueOf',
  ]) {
    expect(() => decodeBody(withOps(['end', name])), name).toThrow(MalformedError)
  }
})

describe('[B5] dependencies', () => {
  const [a, b] = [bytes(32).fill(1), bytes(32).fill(2)]

  test('are sorted and named once', () => {
    expect(() => decodeBody(withFields('change', { deps: [a, b] }))).not.toThrow()
    for (const deps of [
      [b, a],
      [a, a],
    ]) {
      expect(() => decodeBody(withFields('change', { deps }))).toThrow(MalformedError)
    }
  })

  test(`are at most ${limits.DEPS_MAX}`, () => {
    const deps = Array.from({ length: limits.DEPS_MAX + 1 }, (_, i) => fromHex(randomHash(`${i}`))).sort(
      Buffer.compare,
    )
    expect(() => decodeBody(withFields('change', { deps: deps.slice(1) }))).not.toThrow()
    expect(() => decodeBody(withFields('change', { deps }))).toThrow(MalformedError)
  })
})

describe('[B6] sizes', () => {
  test.each([
    ['key', limits.NAME_BYTES_MAX, (text: string) => withFields('change', { key: text })],
    ['element', limits.ELEMENT_BYTES_MAX, (text: string) => withOps(['add', 'tags', text])],
    ['agent', limits.NAME_BYTES_MAX, (text: string) => withFields('admit', { agent: text })],
  ])('a %s has at most %d bytes, however many letters', (_, max, payload) => {
    expect(() => decodeBody(payload('a'.repeat(max)))).not.toThrow()
    expect(() => decodeBody(payload('a'.repeat(max + 1)))).toThrow(MalformedError)
    expect(() => decodeBody(payload('é'.repeat(max / 2)))).not.toThrow()
    expect(() => decodeBody(payload('é'.repeat(max / 2 + 1)))).toThrow(MalformedError)
  })

  test(`an update of a block has at most ${limits.TEXT_BYTES_MAX} bytes`, () => {
    expect(() => decodeBody(withFields('block', { update: bytes(limits.TEXT_BYTES_MAX) }))).not.toThrow()
    expect(() => decodeBody(withFields('block', { update: bytes(limits.TEXT_BYTES_MAX + 1) }))).toThrow(
      MalformedError,
    )
  })

  test(`a payload of more than ${limits.PAYLOAD_BYTES_MAX} bytes is not written`, () => {
    const body = (size: number): Body => ({
      type: 'change',
      doc: 'ab'.repeat(16) as DocumentId,
      deps: [randomHash('a') as EntryHash],
      salt: bytes(16),
      ops: [['put', 'content', 'x'.repeat(size)]],
    })
    expect(() => encodeBody(body(limits.PAYLOAD_BYTES_MAX - 200))).not.toThrow()
    expect(() => encodeBody(body(limits.PAYLOAD_BYTES_MAX))).toThrow(TooLargeError)
  })

  test('what is wrong is said in one line, without the content', () => {
    try {
      decodeBody(withOps(['put', 'content', { secret: bytes(1) }]))
    } catch (error) {
      expect(error).toBeInstanceOf(FolkmootError)
      expect((error as Error).message).toMatch(/^payload: [^\n]{1,200}$/)
      expect((error as Error).message).not.toContain('secret')
    }
  })
})
