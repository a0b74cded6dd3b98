import { test } from 'vitest'
import { transportConformance } from './conformance/transport.ts'
import { InProcessHub } from './in-process-transport.ts'
import { testNode } from './testing/fake-replica.ts'

transportConformance({ test }, async count => {
  const hub = new InProcessHub()
  return Array.from({ length: count }, (_, index) => {
    const node = testNode(index)
    return { node, transport: hub.transport(node), addresses: () => [] }
  })
})
