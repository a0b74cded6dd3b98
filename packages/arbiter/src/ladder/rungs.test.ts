/** Each rung by sentences of its own: what it finds, and what looks like it and is none. */
import { describe, expect, test } from 'vitest'
import { relate } from './relate.ts'

const relationOf = (a: string, b: string): string => relate({ text: a }, { text: b }).relation

describe('contradictions', () => {
  test.each([
    ['states', 'The pipeline is idle', 'The pipeline is busy'],
    ['states with more said of one', 'The bridge is closed for repairs', 'The bridge is open'],
    ['states beside each other', 'The gateway on rack 4 is up', 'The gateway is offline on rack 4'],
    ['a result and what is still so', 'The contract was approved on Monday', 'The contract is still pending'],
    ['all and some', 'All sensors work', 'Two sensors are broken'],
    ['holders of a role', 'Ada maintains the parser', 'The parser is maintained by Chen'],
    ['roles exchanged', 'Ada reports to Chen', 'Chen reports to Ada'],
    ['roles in other words', "Ada's manager is Chen", 'Ada reports to Dora'],
    ['what has a date once', "Ada's birthday is on 3 May", 'Ada was born on 4 May'],
    ['duties', 'Do not restart the broker', 'The broker may be restarted'],
    ['duties and exemptions', 'A badge is required', 'A badge is not required'],
    ['limits', 'Attachments are limited to 5 MB', 'Attachments may be as large as 8 MB'],
    ['limits and none', 'Attachments are unlimited', 'Attachments can be at most 8 MB'],
    ['values ruled out', 'We use Kafka for the event bus', 'The event bus runs on NATS, not Kafka'],
    ['what was left', 'Ada moved from Oslo to Lyon', 'Ada lives in Oslo'],
    ['versions', 'The worker runs Python 3.11', 'The worker runs Python 3.12'],
    ['days with times', 'The review is on Monday at 9:00', 'The review is on Friday at 14:00'],
    ['changed values', 'The lease ends on 3 May', 'The lease was extended to 9 June'],
    ['names', 'The formatter is Prettier', 'The formatter is Biome'],
    ['names that are called', 'The user is called Ada', 'The user is called Dora'],
    ['paths', 'The entry point is src/main.ts', 'The entry point is src/index.ts'],
    ['addresses', 'The email of Ada is a@example.org', 'The email of Ada is b@example.org'],
    ['what is done in one place', 'Sessions are stored in Redis', 'Sessions are stored in Postgres'],
    ['kinds', 'Ada has no pets', 'Ada keeps a cat'],
    ['dispositions', 'Ada is a vegetarian', 'Ada eats beef'],
    ['only', 'The kiosk accepts cash only', 'The kiosk accepts invoice'],
    ['places', 'The router is on the shelf', 'The router is behind the shelf'],
    ['nobody', 'Nobody has the key', 'Ada has the key'],
    ['never', 'The password was rotated last week', 'The password has never been rotated'],
    ['periods', 'The limit is 10 calls per second', 'The limit is 10 calls per hour'],
  ])('are found between %s', (_, a, b) => {
    expect(relationOf(a, b)).toBe('contradicts')
    expect(relationOf(b, a)).toBe('contradicts')
  })
})

describe('no contradiction is claimed', () => {
  test.each([
    ['states of different questions', 'The ticket is paid', 'The ticket is open'],
    ['states of different times', 'The bridge is closed during lunch', 'The bridge is open'],
    ['somebody who left a city', 'Ada left Oslo', 'Ada works in Oslo'],
    ['all of some, and others', 'All rooms are booked on Friday', 'Two rooms are free on Sunday'],
    ['roles of different times', 'Ada was the CEO of Acme', 'Chen is the CEO of Acme'],
    ['roles that several hold', 'Ada wrote the guide', 'The guide was written by Chen'],
    ['duties to different things', 'Guests may use the pool', 'Guests must not use the sauna'],
    ['what may be and need not be', 'Visitors may wear a badge', 'Visitors need not wear a badge'],
    ['limits for different people', 'Guests may take up to 5 books', 'Members may take up to 9 books'],
    ['other things left', 'We use Kafka, not RabbitMQ', 'The old shop uses RabbitMQ'],
    ['versions of different programs', 'The worker uses Python 3.11', 'The worker uses Django 5'],
    ['a name and a description', 'The client is Siemens', 'The client is German'],
    ['names of which there are several', 'A friend is Ada', 'A friend is Chen'],
    ['a path and its end', 'The entry point is main.ts', 'The entry point is src/main.ts'],
    ['a place and a country', 'Sessions are stored in Dublin', 'Sessions are stored in Ireland'],
    ['what is done by many', 'The app is used by Acme', 'The app is used by Globex'],
    ['kinds and others', 'Ada has no pets', 'Ada feeds the cat'],
    ['only, and something else', 'The kiosk accepts cash only', 'The kiosk accepts returns'],
    ['hearsay', 'Ada says that the pipeline is idle', 'The pipeline is busy'],
  ])('between %s', (_, a, b) => {
    expect(relationOf(a, b)).not.toBe('contradicts')
    expect(relationOf(b, a)).not.toBe('contradicts')
  })
})

describe('the same attribute in another sentence is the same', () => {
  test.each([
    ["Chen is Ada's manager", 'Ada reports to Chen'],
    ['Chen manages Ada', 'The manager of Ada is Chen'],
    ['The parser is owned by Chen', 'Chen owns the parser'],
    ['Ada prefers tabs', "Ada's preference is tabs"],
    ['port=8443', 'The port is 8443'],
    ['The fee is EUR 20', 'The fee is 20 euros'],
    ['The job runs every 15 minutes', 'The job runs four times an hour'],
  ])('%s: %s', (a, b) => {
    expect(relationOf(a, b)).toBe('same')
  })

  test.each([
    ['Chen was the manager of Ada', 'Chen is the manager of Ada'],
    ['Chen manages Ada', 'Ada manages Chen'],
    ['Chen owns the parser', 'Chen owned the parser'],
    ['Chen owns the parser', 'Chen does not own the parser'],
  ])('but not %s: %s', (a, b) => {
    expect(relationOf(a, b)).not.toBe('same')
  })
})
