import type { FormEvent } from "react";
import { useMutation } from "urql";

import { graphql } from "../../gql";
import type { SettingsQuery } from "../../gql/graphql";
import { Badge } from "../../parts/Badge";
import { Facts } from "../../parts/Facts";
import { Field } from "../../parts/Field";
import { RequestError, UserErrors } from "../../parts/Messages";
import { moment } from "../../words";

const SET_TOKEN = graphql(`
  mutation SetToken($input: SetAccessTokenInput!) {
    setAccessToken(input: $input) {
      company { id }
      userErrors { message field }
    }
  }
`);

const BEGIN = graphql(`
  mutation BeginAuthorization($companyId: ID!) {
    beginAuthorization(input: { companyId: $companyId }) { url expiresAt userErrors { message } }
  }
`);

const TEST = graphql(`
  mutation TestSettings($companyId: ID!) {
    testSettings(input: { companyId: $companyId }) { ok advice userErrors { message } }
  }
`);

type Props = { companyId: string; token: NonNullable<SettingsQuery["company"]>["settings"]["accessToken"] };

/** What is known of the mall's token. The token itself is handed in once and never shown again. */
export function Token({ companyId, token }: Props) {
  const [set, setToken] = useMutation(SET_TOKEN);
  const [begun, begin] = useMutation(BEGIN);
  const [tested, test] = useMutation(TEST);
  const report = tested.data?.testSettings;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const accessToken = String(new FormData(form).get("token")).trim();
    const { data } = await setToken({ input: { companyId, accessToken } });
    if (data?.setAccessToken.company) form.reset();
  }

  return (
    <section className="card">
      <h2>Access token</h2>
      <Facts facts={[
        ["Status", <Badge value={token.status} />],
        ["Ends with", token.lastFour ?? "–"],
        ["Mall", token.mallId ?? "–"],
        ["Expires", moment(token.expiresAt)],
      ]} />
      {token.missingScopes.length > 0 && (
        <p className="notice warn">It doesn’t permit: {token.missingScopes.join(", ")}.</p>
      )}
      <div className="buttons">
        <button type="button" className="primary" onClick={() => begin({ companyId })} disabled={begun.fetching}>
          Authorise at Temu
        </button>
        {begun.data?.beginAuthorization.url && (
          <a href={begun.data.beginAuthorization.url} target="_blank" rel="noopener">Open Temu’s page (good for ten minutes)</a>
        )}
      </div>
      <UserErrors errors={begun.data?.beginAuthorization.userErrors} />
      <form onSubmit={submit}>
        <Field label="New token" hint="From Temu’s seller centre">
          {(props) => <input {...props} name="token" type="password" autoComplete="off" required />}
        </Field>
        <div className="buttons">
          <button type="submit" disabled={set.fetching}>Set token</button>
          <button type="button" onClick={() => test({ companyId })} disabled={tested.fetching}>Test settings</button>
        </div>
      </form>
      {report && (
        <div className={`notice ${report.ok ? "good" : "warn"}`} role="status">
          {report.ok ? "All is well." : "Something is to be done:"}
          <ul>{report.advice.map((line) => <li key={line}>{line}</li>)}</ul>
        </div>
      )}
      <RequestError error={set.error ?? tested.error ?? begun.error} />
      <UserErrors errors={set.data?.setAccessToken.userErrors} />
      <UserErrors errors={report?.userErrors} />
    </section>
  );
}
