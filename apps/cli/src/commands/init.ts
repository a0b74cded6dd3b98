import { resolve, sep } from 'node:path'
import { command } from '../command.ts'
import { checkNewDirectory } from '../directory.ts'
import { UsageError } from '../fault.ts'
import { CLEAR } from '../flags.ts'
import { createDirectory } from '../new-node.ts'
import { answer } from '../print/answer.ts'
import { oneLine } from '../print/clean.ts'

export default command({
  about: 'Makes a new mesh and a node in it, which is its admin.',
  words: [],
  flags: {
    agent: { type: 'string', hint: 'A', about: 'role that this node acts as' },
    clear: CLEAR,
    'recovery-key': {
      type: 'string',
      hint: 'FILE',
      about: 'write a key there that outranks this node: keep it in a drawer',
    },
  },
  examples: [
    'moot init --name zylos01 --agent billing',
    'moot init --name zylos01 --recovery-key /media/usb/recovery.key',
  ],
  takesNoBranch: true,
  run: async invocation => {
    const { name, agent, clear, 'recovery-key': recoveryKey } = invocation.flags
    if (recoveryKey === '') throw new UsageError('--recovery-key is empty: where does the key go?')
    if (name === undefined) throw new UsageError('--name N is missing: what is the node called?')
    const dir = checkNewDirectory(invocation.dir())
    if (recoveryKey !== undefined && resolve(recoveryKey).startsWith(`${dir}${sep}`)) {
      throw new UsageError('--recovery-key is in the directory of the node: who steals one would have both')
    }
    const made = await createDirectory(dir, { name, agent, clear, recoveryKey })
    return answer(invocation, made, () => {
      const drawer =
        recoveryKey === undefined ? '' : `the recovery key is in ${oneLine(recoveryKey)}: keep it elsewhere\n`
      return `${oneLine(made.name)} is the first node of mesh ${made.mesh}\n${drawer}`
    })
  },
})
