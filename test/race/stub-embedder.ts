/** An embeddings endpoint in the shape of OpenAI's, on loopback: a race needs vectors, and nobody searches them. */
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { json } from 'node:stream/consumers'

/** Bytes of a SHA-256: each gives one component. */
export const EMBEDDING_DIMENSION = 32

export interface StubEmbedder {
  readonly url: string
  close(): Promise<void>
}

export async function startStubEmbedder(): Promise<StubEmbedder> {
  const server = createServer(async (request, response) => {
    const { input } = (await json(request)) as { input: string | readonly string[] }
    const data = [input].flat().map((text, index) => ({ object: 'embedding', index, embedding: embed(text) }))
    const usage = { prompt_tokens: 0, total_tokens: 0 }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ object: 'list', model: 'stub', data, usage }))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return { url: `http://127.0.0.1:${portOf(server)}`, close: () => closed(server) }
}

function embed(text: string): readonly number[] {
  return [...createHash('sha256').update(text).digest()].map(byte => byte / 255)
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise(resolve => server.close(() => resolve()))
}
