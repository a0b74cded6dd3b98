import type { Command } from './command.ts'

interface Listed {
  readonly about: string
  // biome-ignore lint/suspicious/noExplicitAny: each command has flags of its own
  readonly load: () => Promise<{ readonly default: Command<any> }>
}

/** Every command, in the order of the help. Loaded one at a time, so that none pays for the others. */
export const COMMANDS: { readonly [name: string]: Listed } = {
  init: { about: 'make a mesh with this node as its admin', load: () => import('./commands/init.ts') },
  invite: { about: 'make a ticket for another node', load: () => import('./commands/invite.ts') },
  join: { about: 'join a mesh with a ticket', load: () => import('./commands/join.ts') },
  up: { about: 'run the node', load: () => import('./commands/up.ts') },
  down: { about: 'stop the node', load: () => import('./commands/down.ts') },
  remember: { about: 'keep a memory', load: () => import('./commands/remember.ts') },
  get: { about: 'show a memory and all who contradict it', load: () => import('./commands/get.ts') },
  list: { about: 'list memories', load: () => import('./commands/list.ts') },
  search: { about: 'find memories by their words', load: () => import('./commands/search.ts') },
  update: { about: 'say something else in its place', load: () => import('./commands/update.ts') },
  tag: { about: 'add and remove tags', load: () => import('./commands/tag.ts') },
  retract: { about: 'say that it is no longer true', load: () => import('./commands/retract.ts') },
  erase: { about: 'destroy it on every honest node', load: () => import('./commands/erase.ts') },
  history: { about: 'all that was said of a memory', load: () => import('./commands/history.ts') },
  why: { about: 'what a value rests on', load: () => import('./commands/why.ts') },
  conflicts: { about: 'list what is disputed', load: () => import('./commands/conflicts.ts') },
  conflict: { about: 'show one dispute', load: () => import('./commands/conflict.ts') },
  resolve: { about: 'settle a dispute', load: () => import('./commands/resolve.ts') },
  'block create': { about: 'make a shared text', load: () => import('./commands/block-create.ts') },
  'block show': { about: 'print a shared text', load: () => import('./commands/block-show.ts') },
  'block edit': { about: 'change a shared text', load: () => import('./commands/block-edit.ts') },
  'block list': { about: 'list shared texts', load: () => import('./commands/block-list.ts') },
  'block history': { about: 'who changed a shared text', load: () => import('./commands/block-history.ts') },
  peers: { about: 'the other nodes of the mesh', load: () => import('./commands/peers.ts') },
  status: { about: 'this node in a few figures', load: () => import('./commands/status.ts') },
  state: { about: 'hashes of what is readable here', load: () => import('./commands/state.ts') },
  whoami: { about: 'name, agent and mesh of this node', load: () => import('./commands/whoami.ts') },
  watch: { about: 'print changes as they come', load: () => import('./commands/watch.ts') },
  export: { about: 'write memories as JSON lines', load: () => import('./commands/export.ts') },
  import: { about: 'read memories from JSON lines', load: () => import('./commands/import.ts') },
  verify: { about: 'check every entry again', load: () => import('./commands/verify.ts') },
  rebuild: { about: 'make all derived state anew', load: () => import('./commands/rebuild.ts') },
  doctor: { about: 'look for trouble', load: () => import('./commands/doctor.ts') },
  demo: { about: 'three nodes, a cut, a conflict, a crash', load: () => import('./commands/demo.ts') },
  completion: { about: 'completion for a shell', load: () => import('./commands/completion.ts') },
}
