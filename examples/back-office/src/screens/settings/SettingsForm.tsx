import type { FormEvent } from "react";
import { useMutation } from "urql";

import { graphql } from "../../gql";
import type { SettingsQuery, TemuRegion } from "../../gql/graphql";
import { Field } from "../../parts/Field";
import { RequestError, UserErrors } from "../../parts/Messages";

const CHANGE_SETTINGS = graphql(`
  mutation ChangeSettings($input: UpdateCompanySettingsInput!) {
    updateCompanySettings(input: $input) {
      company { id }
      userErrors { message field }
    }
  }
`);

type Props = { companyId: string; settings: NonNullable<SettingsQuery["company"]>["settings"] };

const SWITCHES = [
  ["allowOrderDownload", "Import orders by schedule"],
  ["allowTrackingUpload", "Upload tracking by schedule"],
  ["allowReturnDownload", "Import returns by schedule"],
  ["allowPriceUpload", "Send prices by schedule"],
  ["allowInventoryUpload", "Push stock by schedule"],
] as const;

export function SettingsForm({ companyId, settings }: Props) {
  const [changed, change] = useMutation(CHANGE_SETTINGS);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const max = String(form.get("maxQuantity"));
    await change({
      input: {
        companyId,
        storeType: form.has("sells") ? "CUSTOM" : "NONE",
        storePlugin: form.has("sells") ? "TEMU" : null,
        region: form.get("region") as TemuRegion,
        ...Object.fromEntries(SWITCHES.map(([name]) => [name, form.has(name)])),
        safetyQuantity: Number(form.get("safetyQuantity")),
        maxQuantity: max === "" ? null : Number(max),
      },
    });
  }

  return (
    <section className="card">
      <h2>Website</h2>
      <form onSubmit={submit}>
        <label className="check">
          <input type="checkbox" name="sells" defaultChecked={settings.storePlugin === "TEMU"} />
          Sells on Temu
        </label>
        <Field label="Region" hint="A token works only in the region of its mall">
          {(props) => (
            <select {...props} name="region" defaultValue={settings.region}>
              <option value="US">United States</option>
              <option value="EU">Europe</option>
              <option value="GLOBAL">Everywhere else</option>
            </select>
          )}
        </Field>
        {SWITCHES.map(([name, title]) => (
          <label className="check" key={name}>
            <input type="checkbox" name={name} defaultChecked={settings[name]} />
            {title}
          </label>
        ))}
        <Field label="Safety quantity" hint="Pieces of each product that Temu is not told of">
          {(props) => <input {...props} name="safetyQuantity" type="number" min={0} defaultValue={settings.safetyQuantity} />}
        </Field>
        <Field label="At the most" hint="Never tell Temu more than this of one product; empty: no limit">
          {(props) => <input {...props} name="maxQuantity" type="number" min={0} defaultValue={settings.maxQuantity ?? ""} />}
        </Field>
        <button className="primary" type="submit" disabled={changed.fetching}>Save</button>
      </form>
      {changed.data?.updateCompanySettings.company && <p className="notice good" role="status">Saved.</p>}
      <RequestError error={changed.error} />
      <UserErrors errors={changed.data?.updateCompanySettings.userErrors} />
    </section>
  );
}
