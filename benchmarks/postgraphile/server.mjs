// PostGraphile as its makers set it up, on one connection pool and one process: `node server.mjs <postgres URL> <port>`.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";

const [url, port] = process.argv.slice(2);
const preset = {
  // A foreign key of two columns, of which an index has one, is as good as indexed.
  disablePlugins: ["PgIndexBehaviorsPlugin"],
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString: url, schemas: ["public"], poolConfig: { max: 8 } })],
  grafast: { context: {}, explain: false },
  grafserv: { graphiql: false, watch: false, dangerouslyAllowAllCORSRequests: false },
  schema: { defaultBehavior: "+list +connection" },
};
const server = createServer();
await postgraphile(preset).createServ(grafserv).addTo(server);
server.listen(Number(port), "127.0.0.1");
