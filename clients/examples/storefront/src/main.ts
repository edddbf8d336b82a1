import { parseArgs } from "node:util";

import { Catalogue } from "./catalogue.js";
import { decider } from "./decide.js";
import { shop } from "./server.js";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8080" },
    target: { type: "string", default: "127.0.0.1:50051" },
    "tls-certificate": { type: "string" },
    "budget-ms": { type: "string", default: "150" },
  },
});

const decide = decider(values.target, Number(values["budget-ms"]), {
  tlsCertificate: values["tls-certificate"],
  token: process.env["SHELFWISE_TOKEN"],
});
const catalogue = Catalogue.read(new URL("../catalogue.json", import.meta.url));
const server = shop(catalogue, decide, (line) => console.error(line));
server.listen(Number(values.port), "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") console.log(`http://127.0.0.1:${address?.port}`);
});
