import { createClient as createSocket } from "graphql-ws";
import { cacheExchange, Client, fetchExchange, mapExchange, subscriptionExchange, type CombinedError } from "urql";

import { endpoint, type Session } from "./session";

/** Queries and mutations go over POST, subscriptions over one WebSocket that connects again by itself. */
export function createClient({ server, apiKey }: Session, onUnauthenticated: () => void): Client {
  const url = endpoint(server);
  const authorization = { Authorization: `Bearer ${apiKey}` };
  const socket = createSocket({
    url: url.replace(/^http/, "ws"),
    connectionParams: authorization,
    retryAttempts: Infinity,
    lazyCloseTimeout: 5_000,
  });
  return new Client({
    url,
    // A search for a buyer stays out of the addresses that proxies log.
    preferGetMethod: false,
    // What is known is shown at once, and then what is so now.
    requestPolicy: "cache-and-network",
    fetchOptions: { headers: authorization },
    exchanges: [
      mapExchange({ onError: (error) => isUnauthenticated(error) && onUnauthenticated() }),
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe({ ...request, query: request.query ?? "" }, sink),
          }),
        }),
      }),
    ],
  });
}

export function isUnauthenticated(error: CombinedError): boolean {
  return error.graphQLErrors.some((each) => each.extensions.code === "UNAUTHENTICATED");
}
