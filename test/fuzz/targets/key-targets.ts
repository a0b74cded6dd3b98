/** Keys on the way and on disk, and the other files that a node reads when it starts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MeshId, parseScope, type ScopeId, scopeId } from '@folkmoot/core'
import { readPeers } from '../../../packages/node/src/address-file.ts'
import { readConfig, readSeed, signerFrom } from '../../../packages/node/src/identity.ts'
import { epochOf, keyIn, namesIn, secretOf } from '../../../packages/node/src/keys/epoch.ts'
import { unwrap, unwrapKeyOf, wrapFor } from '../../../packages/node/src/keys/hpke.ts'
import { KEYS_FILE, readKeys, writeKeys } from '../../../packages/node/src/keys/key-file.ts'
import { limitCovers, limitCoversResource } from '../../../packages/node/src/principal.ts'
import { Tokens } from '../../../packages/node/src/tokens.ts'
import { bytesOf, Fault, type Target, textOf } from '../target.ts'

const NOW = 1_800_000_000_000
const MESH = 'ab'.repeat(32) as MeshId
const ADDRESS = parseScope('user=zoë')
const SCOPE = scopeId(MESH, ADDRESS)
const KEY = new Uint8Array(32).fill(3)
const EPOCH = epochOf(SCOPE, KEY)
const PLACE = { mesh: MESH, scope: SCOPE as ScopeId, epoch: EPOCH }
const seed = new Uint8Array(32).fill(7)
const me = signerFrom(seed).node
const reader = { node: me, agent: 'cook' }

const dir = mkdtempSync(join(tmpdir(), 'folkmoot-fuzz-'))
process.once('exit', () => rmSync(dir, { recursive: true, force: true }))

/** Reads what is put into a file; `read` throws or gives nothing where the file is no good. */
function inFile(name: string, read: (input: Uint8Array) => unknown): Target['take'] {
  return input => {
    writeFileSync(join(dir, name), input)
    return read(input) !== undefined
  }
}

const json =
  (...values: readonly unknown[]) =>
  () =>
    values.map(value => bytesOf(JSON.stringify(value)))

export const KEY_TARGETS: readonly Target[] = [
  {
    name: 'wrapped key (HPKE)',
    shape: 'bytes',
    samples: async () => [
      await wrapFor(me, PLACE, secretOf(KEY, ADDRESS)),
      await wrapFor(me, PLACE, new Uint8Array(0)),
    ],
    bytesMax: 2000,
    cost: 60,
    take: async input => (await unwrap(await unwrapKeyOf(seed), PLACE, input)) !== undefined,
  },
  {
    name: 'unwrapped secret',
    shape: 'bytes',
    samples: () => [secretOf(KEY, ADDRESS)],
    take: input => {
      namesIn(input, EPOCH)
      const opened = keyIn(input, { scope: SCOPE, epoch: EPOCH, names: MESH })
      if (opened === undefined) return false
      const again = secretOf(opened.key, opened.address)
      if (Buffer.compare(again, input) !== 0) throw new Fault('another secret opens as this one')
      return true
    },
  },
  {
    name: 'scope.keys',
    shape: 'json',
    samples: json(
      {
        version: 1,
        names: MESH,
        scopes: { [SCOPE]: { address: ADDRESS, epochs: { [EPOCH]: Buffer.from(KEY).toString('hex') } } },
      },
      { version: 1, names: null, scopes: {} },
    ),
    cost: 20,
    take: inFile(KEYS_FILE, () => {
      const held = readKeys(dir)
      if (held !== undefined) writeKeys(dir, held)
      return held === undefined ? undefined : readKeys(dir)
    }),
  },
  {
    name: 'node.key',
    shape: 'text',
    samples: () => [bytesOf(`${'07'.repeat(32)}\n`)],
    cost: 10,
    take: inFile('node.key', () => {
      const found = readSeed(dir)
      if (found.length !== 32) throw new Fault('a key of another length')
      return found
    }),
  },
  {
    name: 'node.json',
    shape: 'json',
    samples: json(
      { version: 1, mesh: MESH, name: 'a', agent: 'b' },
      {
        version: 1,
        mesh: MESH,
        name: 'a',
        agent: 'b',
        listen: ['/ip4/127.0.0.1/tcp/1'],
        joinListen: '/ip4/127.0.0.1/tcp/2',
        place: 'x',
        incarnation: 2 ** 47,
        movedAt: NOW,
      },
    ),
    cost: 10,
    take: inFile('node.json', () => {
      const { incarnation = 0, movedAt = 0 } = readConfig(dir)
      if (incarnation < 0 || movedAt < 0) throw new Fault('a negative number')
      return true
    }),
  },
  {
    name: 'peers.json',
    shape: 'json',
    samples: json([{ node: me, addresses: ['/ip4/127.0.0.1/tcp/1'] }], []),
    cost: 10,
    take: inFile('peers.json', () => readPeers(dir)),
  },
  {
    name: 'tokens.json',
    shape: 'json',
    samples: json({
      version: 1,
      tokens: [
        {
          name: 'ui',
          hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
          agent: 'cook',
          user: 'zoë',
          permissions: [{ scope: 'user=*', rights: ['read'], until: NOW * 2 }, { resource: 'crm' }],
          createdAt: 1,
          expiresAt: null,
        },
      ],
    }),
    cost: 20,
    take: inFile('tokens.json', input => useToken(textOf(input).length)),
  },
]

/** The token `test`, and what it lets its bearer do: a file that was read is used. */
function useToken(salt: number): unknown {
  const tokens = new Tokens(dir, () => NOW + salt)
  tokens.list()
  const found = tokens.find('test')
  if (found === undefined) return undefined
  const { permissions } = found
  const limit = permissions === null ? {} : { permissions }
  limitCovers(limit, reader, 'read', ADDRESS, NOW)
  limitCoversResource(limit, 'crm', NOW)
  return tokens.stands(found)
}
