import { command } from '../command.ts'
import { answer } from '../print/answer.ts'
import { table } from '../print/table.ts'
import { shortNode } from '../print/words.ts'

export default command({
  about: 'The other nodes of the mesh, and how far behind they are.',
  words: [],
  flags: {},
  examples: ['moot peers', 'moot peers --json'],
  run: async invocation => {
    const client = await invocation.client()
    const peers = await client.call('peers', {})
    return answer(invocation, peers, screen => {
      if (peers.length === 0) return 'no other nodes yet: moot invite makes a ticket for one\n'
      return table(
        [
          { title: 'NAME', cell: ({ name }) => name },
          { title: 'AGENT', cell: ({ agent }) => agent },
          { title: 'NODE', cell: ({ node }) => shortNode(node), paint: screen.paint.dim },
          {
            title: 'STATE',
            cell: ({ connected }) => (connected ? 'connected' : 'away'),
            paint: (text, { connected }) => (connected ? screen.paint.green(text) : screen.paint.dim(text)),
          },
          { title: 'BEHIND', cell: ({ lagEntries }) => String(lagEntries), align: 'right' },
          { title: 'ADDRESSES', cell: ({ addrs }) => addrs.join(' '), flexible: true },
        ],
        peers,
        screen,
      )
    })
  },
})
