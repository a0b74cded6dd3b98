import { once } from 'node:events'
import { connect } from 'node:net'

export type Reply = string | number | null

/** As much of the Redis protocol as the benchmark needs: commands out, simple replies back in order. */
export type Client = {
  send: (...words: string[]) => Promise<Reply>
  /** Sends many commands in one write and waits for all their replies. */
  pipeline: (commands: string[][]) => Promise<Reply[]>
  close: () => void
}

const encode = (words: string[]) =>
  `*${words.length}\r\n${words.map(word => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`

/** Reads the reply that starts at `at`, or says that it has not all arrived. */
function parse(data: Buffer, at: number): { reply: Reply | Error; end: number } | undefined {
  const eol = data.indexOf('\r\n', at)
  if (eol < 0) return undefined
  const type = String.fromCharCode(data[at] ?? 0)
  const line = data.toString('utf8', at + 1, eol)
  const end = eol + 2
  if (type === '+') return { reply: line, end }
  if (type === '-') return { reply: new Error(line), end }
  if (type === ':') return { reply: Number(line), end }
  if (type !== '$') throw new Error(`a reply of type ${type} is not understood`)
  const length = Number(line)
  if (length < 0) return { reply: null, end }
  if (data.length < end + length + 2) return undefined
  return { reply: data.toString('utf8', end, end + length), end: end + length + 2 }
}

export async function connectRedis(port: number): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = []
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', chunk => {
    const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    let at = 0
    for (let found = parse(data, at); found; found = parse(data, at)) {
      at = found.end
      const next = waiting.shift()
      if (found.reply instanceof Error) next?.reject(found.reply)
      else next?.resolve(found.reply)
    }
    rest = data.subarray(at)
  })
  const fail = () => {
    for (const { reject } of waiting.splice(0)) reject(new Error('the connection to redis-server ended'))
  }
  socket.on('error', fail)
  socket.on('close', fail)
  const reply = () => new Promise<Reply>((resolve, reject) => waiting.push({ resolve, reject }))
  const pipeline = (commands: string[][]) => {
    socket.write(commands.map(encode).join(''))
    return Promise.all(commands.map(reply))
  }
  const send = async (...words: string[]) => {
    socket.write(encode(words))
    return reply()
  }
  return { send, pipeline, close: () => socket.destroy() }
}
