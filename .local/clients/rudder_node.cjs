// @rudderstack/rudder-sdk-node: node rudder_node.cjs URL KEY
const Rudder = require('@rudderstack/rudder-sdk-node')

const [dataPlaneUrl, writeKey] = process.argv.slice(2)
const client = new Rudder(writeKey, { dataPlaneUrl, gzip: true, flushAt: 6, flushInterval: 200 })
const calls = [
  ['identify', { userId: 'u1', traits: { email: 'ann@example.com', name: 'Ann' } }],
  ['track', { userId: 'u1', event: 'Order Completed', properties: { revenue: 9.5, product: 'Söfa' } }],
  ['page', { userId: 'u1', category: 'Docs', name: 'Start', properties: { url: 'https://shop.example.com/docs' } }],
  ['screen', { userId: 'u1', category: 'Shop', name: 'Cart' }],
  ['alias', { userId: 'u1', previousId: 'visitor-1' }],
  ['group', { userId: 'u1', groupId: 'g1', traits: { plan: 'pro' } }],
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
