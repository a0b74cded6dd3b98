/** Messages as they are written. What is written here messages.ts reads. */
import { encodeCanonical, fromHex, nodeKey, unreachable } from '@folkmoot/core'
import { encodeEntries } from './entry-frame.ts'
import { listToWire, positionToWire, splitToWire, summaryToWire, treeToWire } from './message-fields.ts'
import { type Gossip, KIND, type Message } from './messages.ts'

export function encodeMessage(message: Message | Gossip): Uint8Array {
  return encodeCanonical(toWire(message))
}

function toWire(message: Message | Gossip): readonly unknown[] {
  const kind = KIND[message.kind]
  switch (message.kind) {
    case 'hello': {
      const { version, mesh, summary, addresses, known } = message
      return [kind, version, fromHex(mesh), summaryToWire(summary), addresses, fromHex(known)]
    }
    case 'probe':
      return [kind, summaryToWire(message.summary), message.pull]
    case 'compare':
      return [kind, treeToWire(message.tree), message.splits.map(splitToWire)]
    case 'heads':
      return [kind, treeToWire(message.tree), message.lists.map(listToWire)]
    case 'want':
      return [kind, message.items.map(({ log, from, bytesMax }) => [fromHex(log), from, bytesMax])]
    case 'page':
      return [kind, fromHex(message.log), message.from, message.more, encodeEntries(message.entries)]
    case 'inSync':
      return [kind, fromHex(message.root)]
    case 'peers':
      return [kind, message.known.map(({ node, addresses }) => [nodeKey(node), addresses])]
    case 'refuse':
      return [kind, message.code, message.reason]
    case 'confirm':
    case 'confirmed':
      return [kind, message.items.map(({ log, seq }) => [fromHex(log), seq])]
    case 'gossip':
      return [kind, message.runs.map(encodeEntries), message.heads.map(positionToWire)]
    default:
      return unreachable(message)
  }
}
