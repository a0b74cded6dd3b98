import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventData } from './event-stream.ts'

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? bytes.length
    yield bytes.subarray(at, at + size)
    at += size
  }
}

const read = (text: string, sizes: readonly number[] = [text.length * 4 + 1]) =>
  Array.fromAsync(eventData(cut(new TextEncoder().encode(text), sizes)))

test('the data of events, without comments and other fields', async () => {
  const text =
    ': hello\n\nevent: x\nid: 3\nretry: 10\ndata: {"a":1}\n\ndata:two\n\ndata\n\ndata: a\ndata:  b\n\n'
  expect(await read(text)).toEqual(['{"a":1}', 'two', '', 'a\n b'])
})

test.each(['\n', '\r\n', '\r'])('lines may end with %j, and a chunk anywhere', async end => {
  const text = ['data: ä€😀', '', 'data: b', 'data: c', '', 'data: [DONE]', ''].join(end) + end
  for (const size of [1, 2, 3, 5, 7]) expect(await read(text, [size])).toEqual(['ä€😀', 'b\nc', '[DONE]'])
})

test('the last event counts without its empty line, and without the end of its line', async () => {
  expect(await read('data: a\n\ndata: b\n')).toEqual(['a', 'b'])
  expect(await read('data: a\n\ndata: b')).toEqual(['a', 'b'])
  expect(await read('')).toEqual([])
  expect(await read('\ufeffdata: a\n\n')).toEqual(['a'])
})

test('bytes that are no text do not end it', async () => {
  const bytes = Uint8Array.from([
    ...Buffer.from('data: a'),
    0xff,
    0xe2,
    0x82,
    ...Buffer.from('\n\ndata: b\n\n'),
  ])
  expect(await Array.fromAsync(eventData(cut(bytes, [1])))).toEqual(['a\ufffd\ufffd', 'b'])
})

const line = fc.oneof(
  fc.string({ unit: 'binary' }).map(text => `data: ${text.toWellFormed().replace(/[\r\n]/g, ' ')}`),
  fc.constantFrom('', ': comment', 'event: message', 'data', 'data:', 'dataset: no', 'id'),
)
const stream = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 30 })
  .map(lines => lines.map(([text, end]) => text + end).join(''))

test('any cutting into chunks gives the same events', async () => {
  await fc.assert(
    fc.asyncProperty(
      stream,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      async (text, sizes) => {
        expect(await read(text, sizes)).toEqual(await read(text))
      },
    ),
    { numRuns: 300 },
  )
})
