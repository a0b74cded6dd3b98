import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A second process of the same program. `answer` is what its role reported when it was ready. */
export type Helper = {
  // biome-ignore lint/suspicious/noExplicitAny: the role and its caller agree on the shape
  answer: any
  stop: () => Promise<void>
}

type Message = { answer: unknown } | { error: string }

const running = new Set<ChildProcess>()

/** Remembers a process that this one started, so that it ends with it. */
export function keep(child: ChildProcess): void {
  running.add(child)
}

export async function stop(child: ChildProcess): Promise<void> {
  running.delete(child)
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

export async function startHelper(
  entry: string,
  role: string,
  args: Record<string, unknown>,
): Promise<Helper> {
  const child = fork(entry, [JSON.stringify({ ...args, role })], { stdio: ['ignore', 2, 2, 'ipc'] })
  keep(child)
  const ended = once(child, 'exit').then(([code]): Message => ({ error: `${role} ended with code ${code}` }))
  const said = once(child, 'message').then(([message]) => message as Message)
  const message = await Promise.race([said, ended])
  if ('error' in message) throw new Error(message.error)
  return { answer: message.answer, stop: () => stop(child) }
}

/** Ends every process that this process started and that still runs. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(stop))
}

/** The other end of `startHelper`: answers, then waits until it is told to stop or its starter is gone. */
export async function answerAsHelper(
  role: ((args: never) => Promise<unknown>) | undefined,
  args: object,
): Promise<void> {
  const gone = once(process, 'disconnect')
  const answer = await role?.(args as never)
  process.send?.({ answer })
  await gone
}

/** Tells the starter why there will be no answer. */
export async function sendError(error: string): Promise<void> {
  const sent = Promise.withResolvers<void>()
  process.send?.({ error }, () => sent.resolve())
  await sent.promise
}
