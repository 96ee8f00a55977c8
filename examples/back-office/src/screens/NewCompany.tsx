import type { FormEvent } from "react";
import { useMutation } from "urql";

import { graphql } from "../gql";
import { Field } from "../parts/Field";
import { RequestError, UserErrors } from "../parts/Messages";

const CREATE_COMPANY = graphql(`
  mutation CreateCompany($input: CreateCompanyInput!) {
    createCompany(input: $input) {
      company { id }
      userErrors { message field }
    }
  }
`);

/** Where there is none yet. The list of companies is read anew by itself, since one was created. */
export function NewCompany() {
  const [created, create] = useMutation(CREATE_COMPANY);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    await create({ input: { name: String(new FormData(event.currentTarget).get("name")) } });
  }

  return (
    <section className="card">
      <h1>Your first company</h1>
      <form onSubmit={submit}>
        <Field label="Name" hint="What people call the brand or mall">
          {(props) => <input {...props} name="name" maxLength={200} required />}
        </Field>
        <button className="primary" type="submit" disabled={created.fetching}>Create</button>
      </form>
      <RequestError error={created.error} />
      <UserErrors errors={created.data?.createCompany.userErrors} />
    </section>
  );
}
