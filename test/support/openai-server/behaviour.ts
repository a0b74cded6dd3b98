import type { IncomingHttpHeaders } from 'node:http'

/** A request as it came. */
export interface ChatRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: ChatRequestBody
}

export interface ChatRequestBody {
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly stream?: boolean
  readonly stream_options?: { readonly include_usage?: boolean }
  readonly response_format?: { readonly type: string; readonly json_schema?: unknown }
  readonly temperature?: number
  readonly max_tokens?: number
  readonly max_completion_tokens?: number
}

/** What the model says: its text, or more about it. */
export type Reply = (request: ChatRequest) => string | FullReply

export interface FullReply {
  readonly text: string
  readonly refusal?: string
  /** `stop` unless said. */
  readonly finishReason?: string | null
  /** Counted roughly unless said; null leaves it out. */
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null
}

export interface StreamManner {
  /** Bytes of each piece that is written; all at once unless said. Cuts through characters and line ends. */
  readonly pieceBytes?: number
  /** Whether `[DONE]` comes at the end. */
  readonly done?: boolean
  readonly lineEnd?: '\n' | '\r\n' | '\r'
  /** Whether comments and other fields come in between. */
  readonly chatter?: boolean
}

export type Behaviour =
  /** As a stream if that was asked for. */
  | { readonly do: 'answer'; readonly reply: Reply; readonly manner?: StreamManner }
  /** 200 with a body of one's own. */
  | { readonly do: 'say'; readonly body: string; readonly type?: string }
  | { readonly do: 'fail'; readonly status: number; readonly message?: string; readonly code?: string }
  | { readonly do: 'busy'; readonly retryAfter: string }
  | { readonly do: 'redirect'; readonly to: string }
  /** Never a byte, or never the rest. */
  | { readonly do: 'hang'; readonly after: 'nothing' | 'headers' | 'some' }
  /** A connection that ends before its answer does. */
  | { readonly do: 'break-off'; readonly after: 'nothing' | 'some' }
  /** A stream that ends well formed, without the end of its answer. */
  | { readonly do: 'truncate'; readonly reply: Reply }
  /** A body of so many bytes. */
  | { readonly do: 'flood'; readonly bytes: number }
  /** 400 for these members of a request, else as given. */
  | {
      readonly do: 'refuse-members'
      readonly refuses: (body: ChatRequestBody) => string | null
      readonly status?: number
      readonly else: Behaviour
    }

export function answer(reply: Reply, manner: StreamManner = {}): Behaviour {
  return { do: 'answer', reply, manner }
}
