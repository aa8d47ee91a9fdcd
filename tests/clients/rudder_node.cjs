// @rudderstack/rudder-sdk-node: node rudder_node.cjs URL KEY USER
const Rudder = require('@rudderstack/rudder-sdk-node')

const [dataPlaneUrl, writeKey, userId] = process.argv.slice(2)
const client = new Rudder(writeKey, { dataPlaneUrl, gzip: true, flushAt: 6, flushInterval: 200 })
const calls = [
  ['identify', { userId, traits: { email: `${userId}@example.com`, name: 'Ann' } }],
  ['track', { userId, event: 'Order Completed', properties: { revenue: 9.5, product: 'Söfa' } }],
  ['page', { userId, category: 'Docs', name: 'Start', properties: { url: 'https://shop.example.com/docs' } }],
  ['screen', { userId, category: 'Shop', name: 'Cart' }],
  ['alias', { userId, previousId: 'visitor-1' }],
  ['group', { userId, groupId: 'g1', traits: { plan: 'pro' } }],
]
let open = calls.length
for (const [name, message] of calls) {
  client[name](message, (error) => {
    if (error) {
      console.error(error)
      process.exitCode = 1
    }
    open -= 1
    if (open === 0) process.exit()
  })
}
