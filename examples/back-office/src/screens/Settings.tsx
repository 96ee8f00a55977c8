import { useEffect } from "react";
import { useQuery } from "urql";

import { graphql } from "../gql";
import { Loaded } from "../parts/Loaded";
import { useShop } from "../shop";
import { SettingsForm } from "./settings/SettingsForm";
import { Token } from "./settings/Token";

const SETTINGS = graphql(`
  query Settings($companyId: ID!) {
    company(id: $companyId) {
      id
      settings {
        storeType
        storePlugin
        region
        mallType
        allowInventoryUpload
        allowOrderDownload
        allowTrackingUpload
        allowReturnDownload
        allowPriceUpload
        safetyQuantity
        maxQuantity
        accessToken { status lastFour mallId expiresAt missingScopes }
      }
    }
  }
`);

export function Settings() {
  const { company } = useShop();
  const [result, refetch] = useQuery({ query: SETTINGS, variables: { companyId: company.id } });

  // Back from Temu's page in another tab, where the mall may have been authorised.
  useEffect(() => {
    const refresh = () => refetch({ requestPolicy: "network-only" });
    addEventListener("focus", refresh);
    return () => removeEventListener("focus", refresh);
  }, [refetch]);

  return (
    <Loaded title="Settings" result={result}>
      {(data) => data.company && (
        <div className="columns">
          <SettingsForm companyId={company.id} settings={data.company.settings} />
          <Token companyId={company.id} token={data.company.settings.accessToken} />
        </div>
      )}
    </Loaded>
  );
}
