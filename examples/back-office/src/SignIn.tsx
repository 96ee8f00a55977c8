import { useState, type FormEvent } from "react";

import { Field } from "./parts/Field";
import { endpoint, type Session } from "./session";

type Props = { notice: string; onSignIn: (session: Session) => void };

/** The first request tells whether the key is right; a wrong one leads back here. */
export function SignIn({ notice, onSignIn }: Props) {
  const [error, setError] = useState("");

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const session = { server: String(form.get("server")), apiKey: String(form.get("apiKey")).trim() };
    try {
      endpoint(session.server);
    } catch {
      setError("An address is needed, such as https://tradewind.example.com");
      return;
    }
    onSignIn(session);
  }

  const server = new URLSearchParams(location.search).get("server") ?? "http://127.0.0.1:8000";
  return (
    <main className="sign-in">
      <form className="card" onSubmit={submit} aria-labelledby="sign-in">
        <h1 id="sign-in">Back office</h1>
        <p className="quiet">Sign in with a key of your Tradewind server. It is forgotten with this tab.</p>
        {notice && <p className="notice bad" role="alert">{notice}</p>}
        <Field label="Server" error={error}>
          {(props) => <input {...props} name="server" type="url" defaultValue={server} required />}
        </Field>
        <Field label="API key">
          {(props) => <input {...props} name="apiKey" type="password" autoComplete="off" autoFocus required />}
        </Field>
        <button className="primary" type="submit">Sign in</button>
      </form>
    </main>
  );
}
