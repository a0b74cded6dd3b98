import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@folkmoot/gateway/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../main.ts'
import type { Surroundings } from '../surroundings.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'state-'))
  writeFileSync(join(dir, 'node.json'), '{}')
})
afterAll(() => rmSync(dir, { recursive: true }))

test.each([30, 80, Number.POSITIVE_INFINITY])('hashes are printed whole on %d columns', async columns => {
  const [root, ofScope] = ['57c765005d0'.padEnd(64, 'a'), '9ab1'.padEnd(64, 'b')]
  let printed = ''
  const out = {
    write: async (text: string) => {
      printed += text
    },
    isTerminal: true,
    columns,
  }
  const scopes = [{ scope: 'app=default', records: 3, root: ofScope }]
  const around = {
    ...{ env: { MOOT_DIR: dir }, stdin: (async function* () {})(), out, err: out, now: () => 0 },
    ...{ untilStopped: () => new AbortController().signal, isStopped: () => false },
    openClient: async () =>
      ({ call: async () => ({ root, scopes }), close: async () => {} }) as unknown as Client,
  } satisfies Surroundings
  expect(await run(['state'], around)).toBe(0)
  expect(printed).toContain(root)
  expect(printed).toContain(`app=default        3  ${ofScope}`)
})
