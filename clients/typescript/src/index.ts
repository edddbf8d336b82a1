/** The TypeScript client of shelfwise: the client, and the messages of the contract. */
export * from "./client.js";
export * from "./generated/shelfwise/v1/decision.js";
export { Timestamp } from "./generated/google/protobuf/timestamp.js";
