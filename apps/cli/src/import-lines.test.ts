import type { Client } from '@folkmoot/gateway/client'
import { expect, test } from 'vitest'
import { importLines } from './import-lines.ts'
import { openLines } from './input/lines.ts'

type Sent = { readonly line: number; readonly record: { readonly [field: string]: unknown } }

/** Gives every exported memory a new id, and keeps what it was sent. */
function door() {
  const batches: Sent[][] = []
  const call = async (_: string, { records }: { records: Sent[] }) => {
    batches.push(records)
    const renamed = Object.fromEntries(records.map(({ record: { id } }) => [id, `new ${id}`]))
    return { ...{ imported: records.length, skipped: 1, quoted: 2, unsourced: 3 }, renamed, refused: null }
  }
  return { batches, client: { call } as unknown as Pick<Client, 'call'> }
}

async function* stdin(text: string) {
  yield Buffer.from(text)
}

const linesOf = (text: string) => openLines('-', { stdin: stdin(text) as never }).lines

test('blank lines are counted and left out, however they end', async () => {
  const { batches, client } = door()
  await importLines(client, linesOf('{"value":1}\r\n\r\n \t\n\n{"value":2}\r\n\r'), () => {})
  expect(batches.flat().map(({ line, record }) => [line, record.value])).toEqual([
    [1, 1],
    [5, 2],
  ])
})

test('sources of an earlier batch are named by what they are called by now, and all is counted', async () => {
  const { batches, client } = door()
  const plain = Array.from({ length: 500 }, (_, i) => JSON.stringify({ id: String(i), value: i }))
  const last = JSON.stringify({ id: '500', value: 'so', derivedFrom: ['7', 'elsewhere'] })
  const report = await importLines(client, linesOf([...plain, last].join('\n')), () => {})
  expect(batches.at(-1)?.map(({ record }) => record.derivedFrom)).toEqual([['new 7', 'elsewhere']])
  expect(report).toEqual({ imported: 501, skipped: 2, quoted: 4, unsourced: 6, refused: null })
})

test.each([
  ['{"value":12345678901234567890}', /more digits than can be kept/],
  ['{"value":1,"value":2}', /"value" is there twice/],
])('a line that says more than can be kept ends it: %s', async (line, reason) => {
  const { batches, client } = door()
  const report = await importLines(client, linesOf(`{"value":1}\n${line}`), () => {})
  expect(report).toMatchObject({ imported: 1, refused: { line: 2, reason: expect.stringMatching(reason) } })
  expect(batches.flat()).toHaveLength(1)
})
