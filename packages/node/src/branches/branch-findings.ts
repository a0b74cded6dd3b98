import { hasMemory } from '@folkmoot/store'
import { reasonOf } from '../identity.ts'
import type { DoctorReport } from '../reports.ts'
import { branchNames, branchPath, leftovers, readBranchConfig } from './branch-directory.ts'

type Finding = DoctorReport['findings'][number]

/** What a person should know of a node's branches. */
export function branchFindings(dir: string): readonly Finding[] {
  const broken = branchNames(dir).flatMap(name => {
    const reason = faultOf(dir, name)
    return reason === undefined
      ? []
      : finding(`branch ${name} cannot be opened`, `${reason}; moot branch --drop ${name} takes it away`)
  })
  const left = leftovers(dir).map(name =>
    finding(
      `${branchPath(dir, name)} is left of a branch`,
      'it may hold what has been erased since, and could not be deleted when the node was opened: delete it',
    ),
  )
  return [...broken, ...left]
}

function faultOf(dir: string, name: string): string | undefined {
  try {
    readBranchConfig(dir, name)
    return hasMemory(branchPath(dir, name)) ? undefined : 'its memory.sqlite is missing'
  } catch (error) {
    return reasonOf(error)
  }
}

function finding(what: string, detail: string): Finding {
  return { level: 'warning', what, detail }
}
