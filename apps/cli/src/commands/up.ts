import { command } from '../command.ts'
import { isEmptyDirectory } from '../directory.ts'
import { UsageError } from '../fault.ts'
import { CLEAR, parseResolver, RESOLVER } from '../flags.ts'
import { given } from '../input/given.ts'
import { createDirectory } from '../new-node.ts'
import { answer } from '../print/answer.ts'
import { oneLine } from '../print/clean.ts'
import { ARBITER_FLAGS, endpointWarning, parseArbiter } from '../up/arbiter.ts'
import { detach } from '../up/detach.ts'
import { checkDoors } from '../up/doors.ts'
import type { Ready } from '../up/ready.ts'
import { parseReplication } from '../up/replication.ts'

export default command({
  about:
    'Runs the node until SIGTERM, SIGINT or moot down. A new directory becomes a mesh of its own, or joins one.',
  words: [],
  flags: {
    join: { type: 'string', hint: 'TICKET', about: 'join this mesh, if the directory is new' },
    agent: { type: 'string', hint: 'A', about: 'role to act as, if the directory is new' },
    clear: { ...CLEAR, about: `${CLEAR.about}; if the directory is new` },
    listen: { type: 'string', multiple: true, hint: 'MULTIADDR', about: 'where to listen' },
    announce: { type: 'string', multiple: true, hint: 'MULTIADDR', about: 'what to tell others instead' },
    peer: {
      type: 'string',
      multiple: true,
      hint: 'MULTIADDR',
      about: 'a peer to dial, besides those known: …/p2p/<peer id>',
    },
    http: { type: 'string', hint: 'PORT', about: 'HTTP on loopback (not built yet)' },
    blocks: { type: 'string', hint: 'PORT', about: 'y-websocket on loopback, for editors of blocks' },
    replicate: {
      type: 'string',
      multiple: true,
      hint: 'SCOPE:push|pull|local',
      about: 'how a scope travels; the first match counts',
    },
    resolver: RESOLVER,
    authority: {
      type: 'string',
      hint: 'A,B',
      about: 'for the resolver authority: agents, the most trusted first',
    },
    ...ARBITER_FLAGS,
    detach: {
      type: 'boolean',
      about: 'return when it is ready; its output goes to node.log in the directory',
    },
  },
  examples: [
    'moot up --name zylos01',
    'moot up --name zylos02 --join TICKET --detach',
    'moot up --arbiter --model http://127.0.0.1:11434/v1#llama3.1 --calls-per-hour 60',
    "moot up --listen /ip4/0.0.0.0/tcp/4001 --replicate 'run=*:local' --json",
  ],
  takesNoBranch: true,
  run: async invocation => {
    const { flags } = invocation
    const dir = invocation.dir()
    const doors = checkDoors(flags)
    const replicate = flags.replicate?.map(parseReplication)
    const resolver = parseResolver(flags.resolver)
    const arbiter = await parseArbiter(flags, invocation.around.env)
    const authority = flags.authority?.split(',').map(agent => agent.trim())
    const isNew = isEmptyDirectory(dir)
    if (flags.clear === true && (!isNew || flags.join !== undefined)) {
      throw new UsageError(
        '--clear is for a mesh that begins here: one that is there is encrypted or not for good',
      )
    }
    if (isNew) {
      if (flags.name === undefined) throw new UsageError(`${dir} is new: a new node needs --name N`)
      const { name, agent, join, clear } = flags
      const made = await createDirectory(dir, { name, agent, join, clear })
      if (agent !== undefined && agent !== made.agent)
        await invocation.around.err.write(
          `moot: this node acts as ${oneLine(made.agent)}: its ticket says so\n`,
        )
    }
    const { agent, join, detach: away, clear: _, ...passed } = flags
    const settled = isNew ? passed : { ...passed, ...given({ agent, join }) }
    const tell = (ready: Ready) => answer(invocation, ready, () => readyText(ready, away === true))
    const warning = endpointWarning(arbiter?.model?.url)
    if (warning !== undefined) await invocation.around.err.write(`moot: ${warning}\n`)
    if (away === true) return tell(await detach({ ...settled, dir }))
    // Last, since it loads the whole node: neither the help nor --detach needs that.
    const { runNode } = await import('../up/run-node.ts')
    const suspect = flags['no-suspect'] === true ? { suspect: false } : {}
    const wishes = { replicate, resolver, authority, arbiter, ...suspect, doors }
    return runNode({ ...settled, ...wishes, dir }, invocation.around, tell)
  },
})

function readyText({ node, mesh, multiaddrs, blocks, pid }: Ready, away: boolean): string {
  const addresses = multiaddrs.map(address => `  ${oneLine(address)}\n`).join('')
  const editors = blocks === undefined ? '' : `  ${blocks} for editors, with the token in blocks.token\n`
  const how = away ? 'stop it with moot down' : 'Ctrl-C stops it'
  return `node ${node} of mesh ${mesh} is up (process ${pid}, ${how})\n${addresses}${editors}`
}
