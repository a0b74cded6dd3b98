/** What is written in a race: every process says something else of the same keys. */

export function keysOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `customer/${i + 1}/seat`)
}

/** The name under which a process writes, where the system has names. Processes count from 0. */
export function agentOf(process: number): string {
  return `agent-${process + 1}`
}

export function statementOf(key: string, process: number): string {
  return `${key}: row ${process + 10}, as ${agentOf(process)} heard it`
}
