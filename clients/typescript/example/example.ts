/** Prints what to show a customer: node build/example/example.js HOST:PORT CUSTOMER */

import { connect, ShelfwiseError } from "shelfwise-client";

const [address, customerId] = process.argv.slice(2);
if (address === undefined || customerId === undefined) {
  console.error("usage: example HOST:PORT CUSTOMER");
  process.exit(2);
}
const client = connect(address, { timeoutSeconds: 2 });
try {
  const response = await client.decide({ recommend: { customers: [{ customerId }] } });
  for (const item of response.recommendations.flatMap((slate) => slate.items)) {
    const price = Number(item.price?.units) + Number(item.price?.nanos) / 1e9;
    console.log(`${String(item.rank).padStart(2)}  ${item.itemId}  ${price.toFixed(2)} ${response.currency}`);
  }
} catch (error) {
  if (!(error instanceof ShelfwiseError)) throw error;
  console.error(`${error.reason}: ${error.message}`);
  process.exitCode = 1;
} finally {
  client.close();
}
