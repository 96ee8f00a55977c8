import { useEffect, useRef } from "react";
import { useSubscription, type TypedDocumentNode } from "urql";

import { useShop } from "./shop";

type Refetch = (options: { requestPolicy: "network-only" }) => void;

/**
 * Reads a screen anew at each event of a subscription. The first event only says that it is connected; after a lost connection
 * another one comes, so nothing that happened meanwhile is missed.
 */
export function useLive(query: TypedDocumentNode<unknown, { companyId: string }>, refetch: Refetch): void {
  const { company } = useShop();
  const [{ data }] = useSubscription({ query, variables: { companyId: company.id } });
  const isConnected = useRef(false);

  useEffect(() => {
    if (data === undefined) return;
    if (isConnected.current) refetch({ requestPolicy: "network-only" });
    isConnected.current = true;
  }, [data]);
}
