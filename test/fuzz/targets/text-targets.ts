/** What people type: scopes, patterns, permissions, times, tickets and ids. */
import { nodeId, parseDocumentId, parseNodeId, parseScope, sha256 } from '@folkmoot/core'
import { parseCount, parseSize } from '../../../apps/cli/src/input/numbers.ts'
import { parsePermission } from '../../../apps/cli/src/input/permissions.ts'
import { parseAsOf, parseDuration, parseEnd, parseTime } from '../../../apps/cli/src/input/times.ts'
import { covers, isWithin, parsePattern, parseResource } from '../../../packages/core/src/access/pattern.ts'
import { canonical } from '../../../packages/node/src/administration/permission.ts'
import { decodeTicket, encodeTicket } from '../../../packages/node/src/ticket.ts'
import { bytesOf, Fault, oneMeaning, type Target, textOf } from '../target.ts'
import { MESH } from './samples.ts'

const NODE = nodeId(sha256(bytesOf('node')))
const NOW = 1_700_000_000_000
const texts =
  (...samples: readonly string[]) =>
  () =>
    samples.map(bytesOf)

/** The command line has errors of its own. */
const isUsage = (error: unknown) => error instanceof Error && error.name === 'UsageError'

/** Parsed again, what a parser gives is the same. */
function steady(parse: (text: string) => string): Target['take'] {
  return input => {
    const once = parse(textOf(input))
    if (parse(once) !== once) throw new Fault(`${JSON.stringify(once)} is parsed as something else`)
    return true
  }
}

function isTaken(parse: () => unknown): boolean {
  try {
    parse()
    return true
  } catch (error) {
    if (!isUsage(error)) throw error
    return false
  }
}

export const TEXT_TARGETS: readonly Target[] = [
  {
    name: 'scope address',
    shape: 'text',
    samples: texts('app=shop,user=alice', 'run=1, agent=x', 'user=zoë', 'app=default'),
    take: steady(parseScope),
  },
  {
    name: 'scope pattern',
    shape: 'text',
    samples: texts('*', 'app=shop,user=team-*', 'agent=*', 'user=zoë,app=*'),
    take: input => {
      steady(parsePattern)(input)
      const pattern = textOf(input)
      for (const scope of ['app=shop,user=team-1', 'agent=x,run=2', 'user=zoë'])
        covers(pattern, scope as never, 'x')
      if (!isWithin(pattern, '*') || !isWithin(pattern, pattern)) throw new Fault('not within itself')
      return true
    },
  },
  {
    name: 'resource pattern',
    shape: 'text',
    samples: texts('crm', 'crm-*', '*', 'zoë'),
    take: steady(parseResource),
  },
  {
    name: 'permission in JSON',
    shape: 'json',
    samples: texts(
      '{"scope":"user=*,app=shop","rights":["write","read"],"until":1800000000000}',
      '{"resource":"crm-*"}',
    ),
    // The door's schema stands before it; this is what is left to it: texts and lists of texts.
    take: input => {
      const given = JSON.parse(textOf(input)) as { scope?: unknown; resource?: unknown; rights?: unknown }
      const isPlain =
        (typeof given?.scope === 'string' && Array.isArray(given.rights)) ||
        typeof given?.resource === 'string'
      if (!isPlain) return false
      const once = canonical(given as never, NOW)
      if (JSON.stringify(canonical(once, NOW)) !== JSON.stringify(once)) throw new Fault('not canonical')
      return true
    },
    refuses: error => error instanceof SyntaxError,
  },
  {
    name: 'permission on the command line',
    shape: 'text',
    samples: texts('app=shop,user=*:read,write', '*:admin'),
    take: input => {
      parsePermission(textOf(input))
      return true
    },
    refuses: isUsage,
  },
  {
    name: 'ticket',
    shape: 'text',
    samples: texts(
      ...[[], ['/ip4/10.0.0.1/tcp/4001/p2p/x']].map(addresses =>
        encodeTicket({
          mesh: MESH,
          admin: NODE,
          addresses,
          secret: new Uint8Array(32).fill(1),
          expiresAt: NOW,
        }),
      ),
    ),
    take: oneMeaning(input => decodeTicket(textOf(input)), encodeTicket, decodeTicket),
  },
  {
    name: 'node id',
    shape: 'text',
    samples: texts(NODE, '12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB'),
    take: steady(parseNodeId),
  },
  {
    name: 'document id',
    shape: 'text',
    samples: texts('5bee33d159bb772aa67a3a1d7bcd8755'),
    take: steady(parseDocumentId),
  },
  {
    name: 'duration, count, size and time',
    shape: 'text',
    samples: texts('1h 30m', '2h ago', '2026-01-30T10:00:00+02:00', 'abcdef012345,abcdef012346'),
    take: input => {
      const text = textOf(input)
      const parsers = [parseDuration, parseCount, parseSize, parseEnd, parseTime, () => parseAsOf(text, NOW)]
      return parsers.filter(parse => isTaken(() => parse('x', text, NOW))).length > 0
    },
    refuses: isUsage,
  },
]
