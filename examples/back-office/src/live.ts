import { useEffect, useState } from "react";
import { useSubscription, type TypedDocumentNode } from "urql";

import { useShop } from "./shop";

type Refetch = (options: { requestPolicy: "network-only" }) => void;

/**
 * Reads a screen anew at each event of a subscription; tells whether it is followed. The first event says that it is from now on:
 * what changed between the screen's reading and then, or while a connection was lost, is told by no other.
 */
export function useLive(query: TypedDocumentNode<unknown, { companyId: string }>, refetch: Refetch): boolean {
  const { company } = useShop();
  const [{ data }] = useSubscription({ query, variables: { companyId: company.id } });
  const [isLive, setLive] = useState(false);

  useEffect(() => {
    if (data === undefined) return;
    refetch({ requestPolicy: "network-only" });
    setLive(true);
  }, [data]);

  return isLive;
}
