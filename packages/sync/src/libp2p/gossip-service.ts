/** gossipsub, set up for meshes of a few to a few hundred nodes that may all share one address. */
import { type MeshId, sha256 } from '@folkmoot/core'
import { gossipsub, type TopicValidatorFn, TopicValidatorResult } from '@libp2p/gossipsub'
import { GOSSIP_BUFFER_BYTES_MAX, GOSSIP_BYTES_MAX, GOSSIP_PACKET_BYTES_MAX } from '../limits.ts'
import { decodeGossip } from '../messages.ts'

/** One topic for a mesh: peers ignore topics beyond about a thousand, so scopes do not get their own. */
export function gossipTopic(mesh: MeshId): string {
  return `/folkmoot/gossip/1/${mesh}`
}

export function gossipService(topic: string) {
  return gossipsub({
    // Entries are signed by their author; a second signature per hop would prove nothing more.
    globalSignaturePolicy: 'StrictNoSign',
    msgIdFn: message => sha256(message.data),
    allowedTopics: [topic],
    // Publish goes to every subscriber we are connected to, at once, not only to the mesh of the last heartbeat.
    floodPublish: true,
    batchPublish: true,
    // Publishing reaches all we are connected to; handing on is for the rest, and every copy costs everybody CPU.
    D: 4,
    Dlo: 3,
    Dhi: 8,
    fallbackToFloodsub: false,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    runOnLimitedConnection: true,
    // Many nodes on one host are the normal case here, not an attack: the default penalty silences all of them.
    scoreParams: { IPColocationFactorWeight: 0 },
    maxInboundDataLength: GOSSIP_PACKET_BYTES_MAX,
    maxOutboundBufferSize: GOSSIP_BUFFER_BYTES_MAX,
  })
}

/** Cheap, because it runs before a message is handed on: the gate checks signatures later. */
export function isGossip(bytes: Uint8Array): boolean {
  try {
    decodeGossip(bytes)
    return true
  } catch {
    return false
  }
}

export function gossipValidator(accepts: (bytes: Uint8Array) => boolean): TopicValidatorFn {
  return (_peer, { data }) => {
    const isGood = data.length <= GOSSIP_BYTES_MAX && accepts(data)
    return isGood ? TopicValidatorResult.Accept : TopicValidatorResult.Reject
  }
}
